"""The checks of texts: keys, languages, fields."""

import pytest

from host.contributions import Catalogue, Page
from host.testing.conformance.texts import dangling_keys, looks_like_key, text_faults


def faults(english: dict[str, str], german: dict[str, str]) -> list[str]:
    return text_faults("shop", [Catalogue(language="en", texts=english), Catalogue(language="de", texts=german)])


def test_the_same_keys_and_fields_are_fine() -> None:
    assert faults({"shop.hello": "Hello {name}"}, {"shop.hello": "{name}, hallo"}) == []


def test_each_fault_is_named() -> None:
    assert faults({"shop.a": "A"}, {}) == ["'shop.a' is missing in de"]
    assert faults({"shop.a": "{x}"}, {"shop.a": "{y}"}) == ["'shop.a' has different fields: de ['y'], en ['x']"]
    assert faults({"bar.a": "A"}, {"bar.a": "A"}) == ["key 'bar.a' does not begin with shop."]
    assert "unreadable" in faults({"shop.a": "{"}, {"shop.a": "A"})[0]
    assert text_faults("shop", [Catalogue(language="de")]) == ["there are no texts in en"]


@pytest.mark.parametrize(
    ("text", "is_key"), [("shop.title", True), ("shop.", False), ("shop.title is here", False), ("shops.title", False)]
)
def test_a_sentence_is_no_key(text: str, is_key: bool) -> None:
    assert looks_like_key("shop", text) is is_key


def test_a_title_without_text_is_found() -> None:
    page = Page(path="shop", title="shop.title", section="Plain", render=print)
    assert dangling_keys("shop", [], [page]) == ["'shop.title' stands in no catalogue"]

"""Catalogues: what files may hold, how a key is looked up, which language is chosen."""

from pathlib import Path

import pytest

from host.contributions import Catalogue
from host.errors import ConfigError
from host.texts import Texts, choose_language, load_catalogues
from host.ui.text import OWN


def test_a_dotted_key_and_a_table_mean_the_same(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text('"shop.title" = "Shop"\n[shop.list]\nempty = "Nothing"\n', encoding="utf-8")
    (catalogue,) = load_catalogues(tmp_path)
    assert catalogue.language == "en"
    assert catalogue.texts == {"shop.title": "Shop", "shop.list.empty": "Nothing"}


def test_every_unusable_file_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text("not toml", encoding="utf-8")
    (tmp_path / "de.toml").write_text('"shop.count" = 3\n', encoding="utf-8")
    (tmp_path / "Deutsch.toml").write_text("", encoding="utf-8")
    (tmp_path / "fr.toml").write_bytes(b'"a" = "\xff"\n')
    with pytest.raises(ConfigError) as caught:
        load_catalogues(tmp_path)
    assert len(caught.value.faults) == 4
    assert any("shop.count is no text" in fault for fault in caught.value.faults)


def test_a_folder_without_catalogues_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no <language>\.toml"):
        load_catalogues(tmp_path)


@pytest.fixture
def texts() -> Texts:
    return Texts(
        [
            Catalogue(language="en", texts={"a": "A {n}", "only": "English"}),
            Catalogue(language="de", texts={"a": "Ä {n}"}),
            Catalogue(language="en", texts={"a": "stolen"}),
        ]
    )


def test_lookup_falls_back_to_base_language_english_and_the_key(texts: Texts) -> None:
    assert texts.lookup("de-AT", "a", n=1) == "Ä 1"
    assert texts.lookup("de", "only") == "English"
    assert texts.lookup("fr", "Plain text") == "Plain text"


def test_the_first_catalogue_wins_so_nobody_takes_the_hosts_texts(texts: Texts) -> None:
    assert texts.lookup("en", "a", n=2) == "A 2"


@pytest.mark.parametrize(
    ("template", "shown"), [("{x} {n}", "{x} 1"), ("{", "{"), ("{n.up}", "{n.up}"), ("{0}", "{0}")]
)
def test_a_faulty_text_never_raises(template: str, shown: str) -> None:
    assert Texts([Catalogue(language="en", texts={"k": template})]).lookup("en", "k", n=1) == shown


@pytest.mark.parametrize(
    ("wanted", "locale", "chosen"),
    [
        ("auto", "de-AT", "de"),
        (None, "en-US", "en"),
        ("de", "en-US", "de"),
        ("xx", "de", "de"),
        ("auto", "fr", "en"),
        ("auto", None, "en"),
    ],
)
def test_the_language_follows_choice_then_browser_then_english(
    wanted: str | None, locale: str | None, chosen: str
) -> None:
    assert choose_language(wanted, locale, ("de", "en")) == chosen


@pytest.mark.parametrize("folder", [OWN, Path("plugins/home/texts")])
def test_both_languages_have_the_same_keys_and_fields(folder: Path) -> None:
    import string

    german, english = load_catalogues(folder)
    assert german.texts.keys() == english.texts.keys()
    for key, template in english.texts.items():
        fields = {field for _, field, _, _ in string.Formatter().parse(template) if field}
        assert fields == {field for _, field, _, _ in string.Formatter().parse(german.texts[key]) if field}, key

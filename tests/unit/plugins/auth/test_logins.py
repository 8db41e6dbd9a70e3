"""Login names: found however they are typed, and never mistaken for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.auth.services.logins import login_key, login_problems
from tests.attacks import attack


@pytest.mark.parametrize(
    "typed", ["anna.grün", "  Anna.Grün ", "ANNA.GRÜN", "anna.gru\u0308n", "ａｎｎａ．ｇｒüｎ", "Anna.GRÜN\n"]
)
def test_one_person_however_typed(typed: str) -> None:
    assert login_key(typed) == "anna.grün"


@pytest.mark.parametrize(
    "login",
    ["anna", "Anna.Grün", "a@example.com", "7of9", "o'neill", "李四", "анна", "Straße", "山田たろう", "김민수", "ərik"],
)
def test_good_names(login: str) -> None:
    assert login_problems(login) == []


@attack(
    "a login is taken that looks like another one: letters of other scripts, invisible ones, other widths and cases",
    "refused, or found to be the same login",
)
@pytest.mark.parametrize(
    ("login", "what"),
    [
        ("", "empty"),
        (" \t ", "empty"),
        ("\u00ad", "hidden"),
        ("an\u00adna", "hidden"),
        ("anna\u202e", "hidden"),
        ("anna\ufe0f", "hidden"),
        ("anna\u3164", "hidden"),
        ("an\x00na", "hidden"),
        ("an na", "blank"),
        ("an\u00a0na", "blank"),
        ("-anna", "first"),
        ("аnna", "mixed"),
        ("αnna", "mixed"),
        ("admꓲn", "mixed"),
        ("ꓮdmin", "mixed"),
        ("аdmin", "mixed"),
        ("adm\u10fan", "mixed"),
        ("oʼneill", "mixed"),
        ("x" * 101, "long"),
        ("ﷺ" * 90, "long"),
    ],
)
def test_bad_names_are_explained(login: str, what: str) -> None:
    assert [each.key for each in login_problems(login)] == [f"auth.problem.login.{what}"]


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(text: str) -> None:
    assert login_key(login_key(text)) == login_key(text)


@given(st.text(max_size=60))
def test_every_text_is_judged(text: str) -> None:
    for problem in login_problems(text):
        assert problem.field == "login"

"""Login names: which ones may be taken, and under which key they are found however they are typed."""

import unicodedata
from typing import Final

from plugins.auth.values import Problem

LONGEST: Final = 100
_TOGETHER: Final = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"}),
    frozenset({"CJK", "HANGUL"}),
    frozenset({"CJK", "BOPOMOFO"}),
)
"""Scripts that one word may mix; of all others some letter looks like one of another script."""
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that are no controls by their category and still show nothing."""
_ROUNDS: Final = 5


def login_key(login: str) -> str:
    """Return what is compared: without blanks around, compatibility forms and case."""
    key = login.strip()
    for _ in range(_ROUNDS):
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", key).casefold()).strip()
        if folded == key:
            break
        key = folded
    return key


def login_problems(login: str) -> list[Problem]:
    """Return what speaks against a new login name, the worst first, or nothing."""
    shown = unicodedata.normalize("NFKC", login.strip())
    if not shown or not login_key(login):
        return [_problem("empty")]
    if max(len(shown), len(login.strip()), len(login_key(login))) > LONGEST:
        return [_problem("long", characters=str(LONGEST))]
    return _about_characters(login.strip(), shown)


def _about_characters(login: str, shown: str) -> list[Problem]:
    hidden = next((each for each in login if _is_hidden(each)), None)
    if hidden is not None:
        return [_problem("hidden", code=f"U+{ord(hidden):04X}")]
    if any(each.isspace() for each in shown):
        return [_problem("blank")]
    if not shown[0].isalnum():
        return [_problem("first")]
    scripts = _scripts(shown)
    if len(scripts) > 1 and not any(scripts <= mixture for mixture in _TOGETHER):
        return [_problem("mixed", scripts=", ".join(sorted(each.capitalize() for each in scripts)))]
    return []


def _is_hidden(character: str) -> bool:
    """Tell whether a character shows nothing, or changes how others are shown."""
    category = unicodedata.category(character)
    selector = unicodedata.name(character, "").startswith(("VARIATION SELECTOR", "MONGOLIAN FREE VARIATION"))
    return category.startswith("C") or category in ("Zl", "Zp") or selector or character in _INVISIBLE


def _scripts(text: str) -> set[str]:
    names = (unicodedata.name(each, "").partition(" ")[0] for each in text if each.isalpha())
    return {name for name in names if name}


def _problem(what: str, **values: str) -> Problem:
    return Problem(f"auth.problem.login.{what}", "login", values)

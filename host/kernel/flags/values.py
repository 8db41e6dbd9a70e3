"""Values of flags: of which type they are, which are allowed, how people write them, what is wrong with one."""

import difflib
import math
from collections.abc import Mapping
from typing import Any, Final

from host.contributions import Flag, FlagValue
from host.errors import ValidationError

PREFIX: Final = "FLAG_"
LONGEST_TEXT: Final = 2_000
MOST_DIGITS: Final = 18
"""SQLite keeps a longer number in JSON as a floating-point one."""
KINDS: Final[Mapping[type, str]] = {
    bool: "true or false",
    int: f"a whole number of at most {MOST_DIGITS} digits",
    float: "a number",
    str: f"a text of at most {LONGEST_TEXT:,} characters",
}
_WORDS: Final = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


def variable_of(name: str) -> str:
    """Return the environment variable that pins a flag: ``FLAG_WAREHOUSE_REACH_ESTIMATE``."""
    return PREFIX + name.upper().replace(".", "_")


def type_of(flag: Flag) -> type[FlagValue]:
    """Return the type of a flag's values: its default's."""
    return type(flag.default)


def form_of(flag: Flag) -> str:
    """Say which values a flag takes."""
    return f"one of {', '.join(map(written, flag.choices))}" if flag.choices else KINDS[type_of(flag)]


def written(value: FlagValue) -> str:
    """Return a value as operators write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def checked(flag: Flag, value: Any, where: str) -> FlagValue:
    """Return `value` if the flag may have it; a whole number counts as a number.

    Args:
        where: what holds the value, as the error names it.

    Raises:
        ValidationError: it may not; the message names the allowed form.
    """
    if type_of(flag) is float and type(value) is int:
        value = float(value)
    if not _fits(flag, value):
        shown = written(value) if isinstance(value, (bool, int, float, str)) else repr(value)
        raise ValidationError(f"{where}: {shown[:80]!r} is no value of flag {flag.name}.", remedy=_remedy(flag, shown))
    found: FlagValue = value
    return found


def read(flag: Flag, text: str, where: str) -> FlagValue:
    """Return the value that `text` writes.

    Raises:
        ValidationError: it writes none that the flag may have.
    """
    return checked(flag, _parsed(type_of(flag), text), where)


def _fits(flag: Flag, value: Any) -> bool:
    if type(value) is not type_of(flag) or (flag.choices and value not in flag.choices):
        return False
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) < 10**MOST_DIGITS
    return not isinstance(value, str) or len(value) <= LONGEST_TEXT


def _parsed(kind: type, text: str) -> Any:
    """Return what `text` writes, or `text` itself where it doesn't write a `kind`."""
    if kind is bool:
        return _WORDS.get(text.strip().lower(), text)
    if kind is str:
        return text
    try:
        return kind(text.strip())
    except ValueError:
        return text


def _remedy(flag: Flag, shown: str) -> str:
    words = list(map(written, flag.choices)) or (["true", "false"] if type_of(flag) is bool else [])
    near = difflib.get_close_matches(shown.lower(), words, n=1)
    return f"Give {form_of(flag)}." + (f" Did you mean {near[0]!r}?" if near else "")

"""Checks how a plugin declares its flags, before anything is built."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from host.contributions import Flag
from host.errors import PluginError, ValidationError
from host.kernel.flags.values import KINDS, checked, type_of, variable_of

_LONGEST: Final = 200
_NAME: Final = r"[a-z][a-z0-9_]*"


def check_flags(plugin: str, flags: Iterable[Flag]) -> None:
    """Check the flags that `plugin` declares.

    Raises:
        PluginError: naming the flag and its fault.
    """
    variables: dict[str, str] = {}
    for flag in flags:
        _check(plugin, flag)
        other = variables.setdefault(variable_of(flag.name), flag.name)
        if other != flag.name:
            raise PluginError(f"flags {other!r} and {flag.name!r} would be pinned by one variable")


def _check(plugin: str, flag: Flag) -> None:
    if not re.fullmatch(rf"{re.escape(plugin)}\.{_NAME}", flag.name) or len(flag.name) > _LONGEST:
        form = f"{plugin}.<lower-case letters, digits, underscores>"
        raise PluginError(f"flag {flag.name!r} is no name of this plugin's", remedy=f"Call it {form}.")
    if type_of(flag) not in KINDS:
        raise PluginError(f"flag {flag.name!r}: its default is a {type_of(flag).__name__}, not bool, int, float or str")
    if not flag.owner.strip() or not flag.title.strip():
        raise PluginError(f"flag {flag.name!r} names no {'title' if flag.owner.strip() else 'owner'}")
    if isinstance(flag.expires, datetime):
        raise PluginError(f"flag {flag.name!r}: expires is a moment, give a day")
    _check_values(flag)


def _check_values(flag: Flag) -> None:
    if any(type(each) is not type_of(flag) for each in flag.choices):
        raise PluginError(f"flag {flag.name!r}: a choice is of another type than the default")
    try:
        checked(flag, flag.default, "its default")
    except ValidationError as error:
        raise PluginError(error.message, remedy=error.remedy) from error

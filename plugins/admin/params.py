"""What the addresses of the admin pages hold."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class PluginsParams:
    """Address of the plugins page.

    Args:
        plugin: id of the plugin shown in detail; empty for the list.
        change: the change that is previewed.
    """

    plugin: str = ""
    change: Literal["", "on", "off"] = ""


@dataclass(frozen=True)
class FlagsParams:
    """Address of the flags page.

    Args:
        flag: name of the flag shown in detail; empty for the list.
        find: only flags whose name or title holds this.
    """

    flag: str = ""
    find: str = ""


@dataclass(frozen=True)
class SettingsParams:
    """Address of the settings page.

    Args:
        find: only names that hold this.
    """

    find: str = ""

"""The names of a new plugin, all derived from the one that its author gives."""

import importlib.util
import keyword
import re
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Final

from host.errors import ValidationError
from host.kernel.locate import GROUP

BRAND: Final = "holdfast-"
MOST_CHARACTERS: Final = 40
"""Leaves room for table and index names, which PostgreSQL cuts off at 63 characters."""
RESERVED: Final = frozenset({
    # names of slots, of the host's own texts and tables, of the host's commands
    "api", "auth", "blobs", "cache_backend", "changes", "config", "data_dir", "database", "events", "host",
    "job_waker", "jobs", "log", "plugin", "plugins", "processes", "report", "settings", "test", "tests", "toggles",
    "clean", "db", "doctor", "health", "init", "pages", "run", "status",
})  # fmt: skip
_NAME: Final = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Names:
    """Every spelling of a plugin's name.

    Args:
        plugin: its id: page path, table prefix, table in ``plugins.toml``.
        distribution: what ``pip install`` is given.
        package: what ``import`` is given.
    """

    plugin: str
    distribution: str
    package: str

    @classmethod
    def of(cls, name: str) -> "Names":
        """Derive the names: ``notes`` gives ``holdfast-notes``; one with a hyphen is the distribution itself.

        Raises:
            ValidationError: the name can't be used; says why and what to write instead.
        """
        if not _NAME.fullmatch(name) or len(name) > MOST_CHARACTERS:
            raise ValidationError(
                f"{name!r} can't name a plugin.",
                remedy=f"Take lower-case words such as notes or acme-notes, at most {MOST_CHARACTERS} characters.",
            )
        distribution = name if "-" in name else BRAND + name
        plugin = distribution.removeprefix(BRAND).replace("-", "_")
        names = cls(plugin, distribution.replace("_", "-"), distribution.replace("-", "_"))
        names._refuse_taken()
        return names

    @property
    def title(self) -> str:
        """For people: ``Acme notes``."""
        return self.plugin.replace("_", " ").capitalize()

    @property
    def prefix(self) -> str:
        """For classes: ``AcmeNotes``."""
        return "".join(word.capitalize() for word in self.plugin.split("_"))

    def _refuse_taken(self) -> None:
        if self.plugin in RESERVED or keyword.iskeyword(self.plugin):
            raise ValidationError(f"{self.plugin!r} has a meaning already.", remedy="Take another name.")
        if not self.plugin[0].isalpha():
            raise ValidationError(f"{self.plugin!r} begins with a digit.", remedy="Let the id begin with a letter.")
        if self.package in sys.stdlib_module_names or importlib.util.find_spec(self.package) is not None:
            raise ValidationError(
                f"A package {self.package!r} is installed here already.", remedy="Take another name, or uninstall it."
            )
        if self.plugin in entry_points(group=GROUP).names:
            raise ValidationError(
                f"An installed plugin has the id {self.plugin!r}.", remedy="Take another name, or uninstall it."
            )

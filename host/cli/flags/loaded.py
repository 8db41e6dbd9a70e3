"""What the commands about flags share: flags as the plugins in the plan declare them, and their names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from host.cli.ground import ground

if TYPE_CHECKING:
    from host.kernel.flags.definition import Definition
    from host.kernel.flags.service import Flags
    from host.texts import Texts

FlagName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the flag: <plugin>.<flag>.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]


@dataclass(frozen=True)
class Loaded:
    """Flags and the texts that their titles stand in."""

    flags: "Flags"
    texts: "Texts"

    def facts(self, definition: "Definition") -> dict[str, Any]:
        """Return all that is known about a flag as plain values."""
        return {
            **_facts(definition),
            "title": self.texts.lookup("en", definition.flag.title),
            "provider": self.provider,
        }

    @property
    def provider(self) -> str | None:
        """The flag service that decides instead of the app's own store, if there is one."""
        return self.flags.evaluator.reference or None


@contextmanager
def loaded_flags() -> Iterator[Loaded]:
    """Load what the plugins declare and read what operators decided; nothing is started.

    Raises:
        ConfigError: a pin or a value of `plugins.toml` doesn't fit its flag; all are named.
    """
    from host.kernel.boot import prepared
    from host.texts import Texts

    with ground(prepare=True) as laid:
        starter = prepared(laid)
        try:
            starter.flags.load()
            yield Loaded(starter.flags, Texts([owned.value for owned in starter.registry.owned("catalogues")]))
        finally:
            starter.flags.close()


def _facts(definition: "Definition") -> dict[str, Any]:
    from datetime import date

    from host.kernel.flags.values import type_of, variable_of

    flag, override, base = definition.flag, definition.override, definition.base
    return {
        "name": flag.name,
        "plugin": definition.plugin,
        "type": type_of(flag).__name__,
        "choices": list(flag.choices),
        "value": base.value,
        "source": base.source,
        "default": flag.default,
        "in_file": definition.in_file,
        "stored": override.value,
        "rules": [rule.as_json() for rule in override.rules],
        "pinned": definition.pinned,
        "variable": variable_of(flag.name),
        "owner": flag.owner,
        "expires": flag.expires,
        "expired": definition.expired(date.today()),  # noqa: DTZ011 -- a day of the operators' calendar
        "changed_by": override.by or None,
        "changed_at": override.at or None,
        "unusable": definition.unusable or None,
    }

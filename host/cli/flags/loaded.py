"""What the commands about flags share: flags as the plugins in the plan declare them, and their names."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from host.cli.ground import ground

if TYPE_CHECKING:
    from host.kernel.application import Application
    from host.kernel.flags.definition import Definition
    from host.kernel.flags.service import Flags
    from host.texts import Texts

FlagName = Annotated[str, typer.Argument(metavar="NAME", help="Name of the flag: <plugin>.<flag>.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]


@dataclass(frozen=True)
class Loaded:
    """Flags and what belongs to them.

    Args:
        texts: in which their titles stand.
        application: the started app, if the command needs to know people.
    """

    flags: "Flags"
    texts: "Texts"
    application: "Application | None" = None

    def facts(self, definition: "Definition") -> dict[str, Any]:
        """Return all that is known about a flag as plain values."""
        title = self.texts.lookup("en", definition.flag.title)
        return {"title": title, **_facts(definition), "provider": self.flags.evaluator.reference or None}

    def user_ids(self, names: Iterable[str]) -> frozenset[str]:
        """Return the ids of who is named.

        Raises:
            ValidationError: nobody active has such an id or name.
        """
        from host.kernel.flags.people import user_ids

        return user_ids(self.application, names) if self.application is not None else frozenset(names)


@contextmanager
def loaded_flags(*, started: bool = False) -> Iterator[Loaded]:
    """Load what the plugins declare and read what operators decided.

    Args:
        started: start the app too, for commands that need to know people.

    Raises:
        ConfigError: a pin or a value of `plugins.toml` doesn't fit its flag; all are named.
    """
    from host.kernel.boot import boot, prepared
    from host.texts import Texts

    with ground(prepare=True) as laid, ExitStack() as stops:
        if started:
            application = boot("command", laid.config)
            stops.callback(application.close)
            registry, flags = application.registry, application.feature_flags
        else:
            starter, application = prepared(laid), None
            registry, flags = starter.registry, starter.flags
            stops.callback(flags.close)
            flags.load()
        yield Loaded(flags, Texts([owned.value for owned in registry.owned("catalogues")]), application)


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

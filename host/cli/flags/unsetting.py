"""``app flags unset``: take back what operators set."""

from typing import TYPE_CHECKING, Annotated

import typer

from host.cli.flags.loaded import DryRun, FlagName, loaded_flags
from host.cli.flags.setting import tell
from host.cli.output import Json
from host.errors import ValidationError

if TYPE_CHECKING:
    from host.kernel.flags.desk import Alter


def unset(
    name: FlagName,
    rule: Annotated[int | None, typer.Option(min=1, help="Only this rule, as `show` numbers them.")] = None,
    value: Annotated[bool, typer.Option("--value", help="Only the value; the rules stay.")] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take back value and rules at once for all processes; `plugins.toml` and the default decide again.

    Also works for what is stored about a flag whose plugin is away.
    """
    from host.kernel.local import login_name

    if value and rule is not None:
        raise ValidationError("--value and --rule are two things.", remedy="Give one of them, or neither.")
    with loaded_flags() as loaded:
        flags = loaded.flags
        alter = _altered(name, rule, value=value)
        change = flags.desk.change(name, alter, login_name(), dry_run=dry_run)
        definition = flags.snapshot().definitions.get(name)
        shown = loaded.facts(definition) if definition is not None else {}
    tell(change, dry_run=dry_run, json=shown if as_json else None)


def _altered(name: str, rule: int | None, *, value: bool) -> "Alter":
    from dataclasses import replace

    from host.kernel.flags.overrides import Override

    def alter(stored: Override) -> Override:
        if value:
            return replace(stored, value=None)
        if rule is None:
            return Override()
        if rule > len(stored.rules):
            there = f"It has {len(stored.rules)}." if stored.rules else "It has none."
            raise ValidationError(f"{name} has no rule {rule}.", remedy=f"{there} See: app flags show {name}")
        return replace(stored, rules=stored.rules[: rule - 1] + stored.rules[rule:])

    return alter

"""``app flags set``: a value for everybody, or a rule for some."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from host.cli.flags.loaded import DryRun, FlagName, loaded_flags
from host.cli.output import Json, write_json
from host.errors import ValidationError

if TYPE_CHECKING:
    from host.kernel.flags.desk import Alter, FlagChange
    from host.kernel.flags.rules import Rule

Moment = str
_FORMS: Final = "2026-12-01, 2026-12-01T08:00 (in local time) or 2026-12-01T08:00+01:00"


def set_flag(
    name: FlagName,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The value; write -- before one that begins with -.")],
    *,
    user: Annotated[
        list[str] | None, typer.Option(help="Only for this sign-in name or id; may be given again.")
    ] = None,
    role: Annotated[list[str] | None, typer.Option(help="Only for holders of this role; may be given again.")] = None,
    percent: Annotated[float | None, typer.Option(help="Only for this share of users, 0 to 100.")] = None,
    since: Annotated[Moment | None, typer.Option("--from", help=f"Only from this moment on: {_FORMS}.")] = None,
    until: Annotated[Moment | None, typer.Option(help="Only before this moment.")] = None,
    first: Annotated[bool, typer.Option("--first", help="Put the rule before the others.")] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Set a flag at once for all processes.

    Without a condition it is the value for everybody whom no rule names. With conditions it is a rule, added behind
    the others; a rule with the same conditions gets the new value instead. The first rule that holds decides. Every
    condition of it must hold; of several users or roles one is enough.
    """
    from host.kernel.flags.rules import EVERYBODY, Rule
    from host.kernel.flags.values import read
    from host.kernel.local import login_name

    with loaded_flags(started=bool(user)) as loaded:
        flags = loaded.flags
        definition = flags.snapshot().of(name)
        wanted = read(definition.flag, value, "VALUE")
        rule = Rule(
            wanted,
            loaded.user_ids(user or ()),
            frozenset(role or ()),
            EVERYBODY if percent is None else percent,
            _moment("--from", since),
            _moment("--until", until),
        )
        if first and rule.holds_always:
            raise ValidationError("--first orders rules, and this is none.", remedy="Give it a condition.")
        change = flags.desk.change(name, _altered(rule, first=first), login_name(), dry_run=dry_run)
        shown = loaded.facts(flags.snapshot().of(name))
    tell(change, dry_run=dry_run, json=shown if as_json else None)


def _altered(rule: "Rule", *, first: bool) -> "Alter":
    from dataclasses import replace

    from host.kernel.flags.overrides import Override

    def alter(stored: Override) -> Override:
        if rule.holds_always:
            return replace(stored, value=rule.value)
        same = [each for each in stored.rules if each.conditions == rule.conditions]
        if same and not first:
            return replace(stored, rules=tuple(rule if each in same else each for each in stored.rules))
        others = tuple(each for each in stored.rules if each not in same)
        return replace(stored, rules=(rule, *others) if first else (*others, rule))

    return alter


def _moment(option: str, text: Moment | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(f"{option} {text!r} is no moment.", remedy=f"Write it like {_FORMS}.") from error
    return at if at.tzinfo is not None else at.astimezone()


def tell(change: "FlagChange", *, dry_run: bool, json: "dict[str, object] | None") -> None:
    """Say what was changed, or would be.

    Args:
        json: what to write instead, besides the change.
    """
    if json is not None:
        told = {"before": change.before.as_json(), "after": change.after.as_json(), "dry_run": dry_run}
        write_json({"flag": change.name, "changed": not change.nothing, **told, "now": json})
        return
    for line in _lines(change):
        typer.echo(f"  {line}")
    if change.nothing:
        typer.echo(f"{change.name} is so already.")
    elif dry_run:
        typer.echo("Nothing was changed.")
    else:
        typer.echo(f"{change.name} is changed, at once and for all processes.")


def _lines(change: "FlagChange") -> list[str]:
    from host.kernel.flags.values import written

    before, after = change.before, change.after
    lines = []
    if before.value != after.value:
        old, new = ("not set" if each is None else written(each) for each in (before.value, after.value))
        lines.append(f"value: {old} → {new}")
    lines += [f"rule goes: {rule}" for rule in before.rules if rule not in after.rules]
    lines += [f"rule {number}: {rule}" for number, rule in enumerate(after.rules, 1) if rule not in before.rules]
    if not lines and before.rules != after.rules:
        lines.append("the rules' order changes")
    return lines

"""``app plugins purge``: deletes what a plugin that is out has left behind, whether or not it is still installed."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final

import typer

from host.cli.faults import RefusedError
from host.cli.ground import ground
from host.cli.output import Yes, ask
from host.cli.plugins.identifiers import PluginId
from host.errors import ValidationError

if TYPE_CHECKING:
    from host.cli.plugins.leftovers import Leftovers
    from host.kernel.ground import Ground
    from host.kernel.plan import Question

_PREFIX: Final = re.compile(r"^[a-z][a-z0-9_]*_$")
_RESERVED: Final = ("host_", "alembic_")


def purge(
    plugin: PluginId,
    tables: Annotated[
        str | None,
        typer.Option(metavar="PREFIX", help="Prefix of its tables, where its manifest can't be read any more."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Delete a plugin's tables, run-time settings and data folder, after showing them; it must be switched off."""
    from host.cli.plugins.leftovers import delete, find
    from host.kernel.local import login_name

    with ground(prepare=True) as laid:
        question = laid.question()
        _refuse_active(plugin, laid, question)
        claimed = _prefixes(question, but=plugin)
        prefix = _prefix(plugin, tables, question, claimed)
        found = find(laid, plugin, prefix, claimed)
        _show(found)
        if found.nothing:
            return
        ask(f"Delete this for good? It is all that is left of {plugin}.", yes=yes)
        delete(laid, found, login_name())
    typer.echo(f"Deleted. What plugins.toml says about {plugin} stays; edit it by hand.")


def _refuse_active(plugin: str, laid: "Ground", question: "Question") -> None:
    from host.kernel.plan import make_plan

    plan = make_plan(question)
    if plugin in {each.id for each in plan.order}:
        raise RefusedError(f"{plugin} is switched on.", remedy=f"Switch it off first: app plugins disable {plugin}")
    behind = [each for each in laid.host.processes().alive() if each.plan_hash != plan.hash]
    if behind:
        who = ", ".join(f"{each.role} {each.pid} on {each.host_name}" for each in behind)
        remedy = "Wait until `app status` shows one plan, or stop these processes."
        raise RefusedError(f"{who} still runs another plan and may use {plugin}.", remedy=remedy)


def _prefixes(question: "Question", *, but: str) -> Mapping[str, str]:
    return {
        id_: candidate.manifest.tables
        for id_, found in question.candidates.items()
        for candidate in found
        if id_ != but and candidate.manifest is not None and candidate.manifest.tables
    }


def _prefix(plugin: str, given: str | None, question: "Question", claimed: Mapping[str, str]) -> str | None:
    """Return the prefix from the manifest, or else the one that was given.

    Raises:
        ValidationError: it is no prefix, or contradicts the manifest.
        RefusedError: it would reach tables of the host or of another plugin.
    """
    written = {each.manifest.tables for each in question.candidates.get(plugin, ()) if each.manifest}
    stated = next(iter(written - {None}), None)
    if given is not None and stated is not None and given != stated:
        raise ValidationError(f"--tables {given}: the manifest of {plugin} says {stated}", remedy="Leave it out.")
    prefix = stated or given
    if prefix is None:
        return None
    if not _PREFIX.match(prefix):
        raise ValidationError(f"--tables {prefix}: no prefix", remedy="Give lower-case letters ending in '_'.")
    for owner, other in [*claimed.items(), *(("the host", each) for each in _RESERVED)]:
        if other.startswith(prefix) or prefix.startswith(other):
            remedy = "Drop these tables by hand, after making sure whose they are."
            raise RefusedError(f"{prefix} would reach tables of {owner} ({other}).", remedy=remedy)
    return prefix


def _show(found: "Leftovers") -> None:
    typer.echo(f"Left of {found.plugin}:" if not found.nothing else f"Nothing is left of {found.plugin}.")
    for line in found.lines():
        typer.echo(f"  {line}")
    if found.unclaimed:
        typer.echo(f"Nobody knows its table prefix. Tables of nobody known: {', '.join(found.unclaimed)}")
        typer.echo("If some are its own, give their prefix: --tables PREFIX")

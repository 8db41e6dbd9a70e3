"""``app users setup-link`` and ``break-glass``: for whoever owns the machine, when nobody can sign in."""

from typing import Annotated, Any

import typer

from host import AppConfig
from plugins.auth.commands.output import AsJson, DryRun, address, finish, moment, person, write_json
from plugins.auth.problems import refuse
from plugins.auth.services.break_glass import BreakGlass
from plugins.auth.services.links import Links
from plugins.auth.services.users import Users
from plugins.auth.values import Changed


def setup_link(links: Links, config: AppConfig, as_json: AsJson = False) -> None:
    """Print a link by which the first administrator is made, once; refused as soon as somebody may sign in."""
    link = links.make_setup("command-line")
    if link is None:
        raise refuse("auth.cli.somebody_there")
    facts = {"link": address(config, link), "expires_at": link.expires_at}
    line = f"Make the first administrator here, once, until {moment(link.expires_at)}: {facts['link']}"
    finish(Changed(), facts, line, as_json=as_json)


def break_glass(
    *,
    users: Users,
    break_glass: BreakGlass,
    config: AppConfig,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit and in the security events.")],
    login: Annotated[
        str | None, typer.Argument(help="Who gets the role; a new administrator is made for the time if left out.")
    ] = None,
    role: Annotated[str, typer.Option(help="The role.")] = "admin",
    hours: Annotated[float, typer.Option(help="Hours after which it ends by itself.")] = 4.0,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give somebody a role for some hours, or make an administrator for the time, when nobody else can help.

    It is noted as an alert and ends by itself.
    """
    found = person(users, login) if login is not None else None
    if found is None and role != "admin":
        raise refuse("auth.cli.break_glass_role")
    if dry_run:
        who = found.login if found else "a new person"
        _preview({"login": found.login if found else None, "role": role, "hours": hours}, who, as_json=as_json)
        return
    broken = break_glass.give(found.id, role, hours, reason) if found else break_glass.make(hours, reason)
    facts: dict[str, Any] = {"login": broken.login, "role": broken.role, "until": broken.until}
    line = f"{broken.login} has {broken.role} until {moment(broken.until)}."
    if broken.link is not None:
        facts["link"] = address(config, broken.link)
        line += f" Choose a password here, once: {facts['link']}"
    finish(broken.changed, facts, line, as_json=as_json)


def _preview(facts: dict[str, Any], who: str, *, as_json: bool) -> None:
    if as_json:
        write_json({f"would_give_{name}" if name == "role" else name: value for name, value in facts.items()})
    else:
        typer.echo(f"Would give {who} the role {facts['role']} for {facts['hours']:g} hours.")

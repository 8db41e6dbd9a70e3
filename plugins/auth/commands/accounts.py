"""``app users add``, ``invite``, ``reset``, ``disable`` and ``enable``."""

from typing import Annotated, Final

import typer

from host import AppConfig
from plugins.auth.commands.output import AsJson, DryRun, Login, address, facts_of, finish, moment, person, write_json
from plugins.auth.commands.password_input import Ask, FromStdin, read_password
from plugins.auth.services.links import Links
from plugins.auth.services.second_factor import SecondFactor
from plugins.auth.services.sessions import Sessions
from plugins.auth.services.users import Users
from plugins.auth.values import Changed

RoleNames = Annotated[list[str], typer.Option("--role", help="A role to give; may be repeated.")]
Reason = Annotated[str, typer.Option(help="Why, in words that somebody else understands later.")]
NEW_ROLES: Final = ("viewer",)


def add(
    *,
    users: Users,
    links: Links,
    config: AppConfig,
    login: Login,
    name: Annotated[str, typer.Option(help="What pages show; the login if left out.")] = "",
    email: Annotated[str | None, typer.Option(help="E-mail address.")] = None,
    role: RoleNames = list(NEW_ROLES),  # noqa: B006 -- Typer shows it as the default
    password_stdin: FromStdin = False,
    ask_password: Ask = False,
    as_json: AsJson = False,
) -> None:
    """Add a person. Without a password a link is printed by which they choose one, once."""
    password = read_password(from_stdin=password_stdin, ask=ask_password)
    made = users.add(login, name, password, role, email=email)
    link = None if password is not None else links.make_reset(made.id)
    told = {"link": address(config, link), "link_expires_at": link.expires_at} if link else {}
    line = f"Added {made.login}."
    if link is not None:
        line += f" They choose a password here, once, until {moment(link.expires_at)}: {address(config, link)}"
    finish(Changed(), {**facts_of(made), **told}, line, as_json=as_json)


def invite(
    links: Links,
    config: AppConfig,
    role: RoleNames = list(NEW_ROLES),  # noqa: B006 -- Typer shows it as the default
    note: Annotated[str, typer.Option(help="Whom it is for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print a link by which somebody makes an account with the given roles, once."""
    link = links.make_invite(role, note)
    facts = {"link": address(config, link), "expires_at": link.expires_at, "roles": sorted(role)}
    line = f"Whoever opens this makes an account, once, until {moment(link.expires_at)}: {facts['link']}"
    finish(Changed(), facts, line, as_json=as_json)


def reset(
    *,
    users: Users,
    links: Links,
    second_factor: SecondFactor,
    config: AppConfig,
    login: Login,
    without_second_factor: Annotated[
        bool, typer.Option("--second-factor", help="Take the second factor away instead: they have lost it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print a link by which a person chooses a new password, once; the old one counts until then."""
    found = person(users, login)
    if without_second_factor:
        second_factor.remove(found.id)
        facts = {"login": found.login, "second_factor": False}
        finish(Changed(), facts, f"{found.login} signs in without a second factor now.", as_json=as_json)
        return
    link = links.make_reset(found.id)
    told = {"login": found.login, "link": address(config, link), "expires_at": link.expires_at}
    line = f"{found.login} chooses a new password here, once, until {moment(link.expires_at)}: {told['link']}"
    finish(Changed(), told, line, as_json=as_json)


def disable(
    *, users: Users, sessions: Sessions, login: Login, reason: Reason, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Sign a person out everywhere and let them in no more; tokens of theirs stop counting."""
    found = person(users, login)
    if dry_run:
        going_on = len(sessions.of(found.id))
        facts = {"login": found.login, "would_disable": found.active, "sessions": going_on}
        if as_json:
            write_json(facts)
        else:
            typer.echo(f"Would disable {found.login} and end {going_on} sessions.")
        return
    changed = users.disable(found.id, reason)
    finish(changed, {"login": found.login, "active": False}, f"Disabled {found.login}.", as_json=as_json)


def enable(users: Users, login: Login, as_json: AsJson = False) -> None:
    """Let a disabled person in again, with what they had."""
    found = person(users, login)
    changed = users.enable(found.id)
    finish(changed, {"login": found.login, "active": True}, f"Enabled {found.login}.", as_json=as_json)

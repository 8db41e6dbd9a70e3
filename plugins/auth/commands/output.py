"""How the commands answer: tables, JSON, the address of a link, and the exit code of a change."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from host import AppConfig, current
from host.cli.server import as_served, url
from host.supervisor.told import public_address
from plugins.auth.problems import InputError, refuse
from plugins.auth.services.link_rows import MadeLink
from plugins.auth.services.logins import login_key
from plugins.auth.services.users import Users
from plugins.auth.values import Changed, UserInfo

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")]
Login = Annotated[str, typer.Argument(help="The login name.")]
DEGRADED: Final = 2


def person(users: Users, login: str) -> UserInfo:
    """Return who has a login.

    Raises:
        InputError: nobody has.
    """
    found = users.by_login(login)
    if found is None:
        raise refuse("auth.error.no_login", "login", login=login)
    return found


def person_or_self(users: Users, login: str) -> UserInfo:
    """Return who has a login; oneself without any permission to read about others.

    Raises:
        InputError: nobody has.
    """
    try:
        own = users.own(current().principal.user_id)
    except InputError:
        # The person at the terminal has no account.
        return person(users, login)
    return own if login_key(own.login) == login_key(login) else person(users, login)


def write_json(value: Any) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def write_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their heads."""
    lines = [[_cell(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def finish(changed: Changed, facts: Mapping[str, Any], line: str, *, as_json: bool) -> None:
    """Tell what was changed, and leave with 2 where not every process has confirmed it yet."""
    if as_json:
        write_json({**facts, "unconfirmed": list(changed.unconfirmed)})
    else:
        typer.echo(line)
    if changed.unconfirmed:
        named = ", ".join(changed.unconfirmed)
        typer.echo(f"Not confirmed yet by these processes: {named}. They follow when they answer again.", err=True)
        raise typer.Exit(DEGRADED)


def address(config: AppConfig, link: MadeLink) -> str:
    """Return the whole address of a link, as people open it."""
    served = as_served(config)
    return public_address(served, url(served).rstrip("/")) + link.path


def moment(at: datetime | None) -> str:
    """Return a moment as tables show it: local time, to the minute."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M") if at else ""


def roles_of(info: UserInfo) -> str:
    """Return a person's roles as one text."""
    return ", ".join(f"{each.role} (until {moment(each.until)})" if each.until else each.role for each in info.roles)


def facts_of(info: UserInfo) -> dict[str, Any]:
    """Return what JSON says about a person."""
    return {
        "id": info.id,
        "login": info.login,
        "name": info.name,
        "email": info.email,
        "roles": [{"role": each.role, "until": each.until, "reason": each.reason} for each in info.roles],
        "permissions": dict(info.permissions),
        "second_factor": info.second_factor,
        "has_password": info.has_password,
        "must_change": info.must_change,
        "active": info.active,
        "disabled_because": info.disabled_because,
        "created_at": info.created_at,
    }


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _cell(value: object) -> str:
    # Names are typed by people: a line break or an escape sequence must not rearrange the terminal.
    return "".join(each if each.isprintable() else "�" for each in str(value))

"""``app users sessions`` and ``sign-out``."""

from collections.abc import Iterator
from typing import Annotated

import typer

from plugins.auth.commands.output import AsJson, DryRun, finish, moment, person, write_json, write_table
from plugins.auth.problems import refuse
from plugins.auth.services.sessions import Sessions
from plugins.auth.services.users import Users
from plugins.auth.values import Changed, SessionInfo

OfWhom = Annotated[str | None, typer.Argument(help="The login name; everybody's if left out.")]


def list_sessions(users: Users, sessions: Sessions, login: OfWhom = None, as_json: AsJson = False) -> None:
    """List who is signed in where."""
    found = sessions.of(person(users, login).id) if login else list(_everybody(sessions))
    if as_json:
        write_json([_facts(each) for each in found])
        return
    rows = [(each.id, each.login, each.client, moment(each.seen_at), each.user_agent[:50]) for each in found]
    write_table(("SESSION", "LOGIN", "FROM", "SEEN", "BROWSER"), rows)


def sign_out(
    *,
    users: Users,
    sessions: Sessions,
    login: Annotated[str | None, typer.Argument(help="Whose sessions to end.")] = None,
    session: Annotated[str | None, typer.Option(help="End this one only.")] = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="End every session of everybody.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """End sessions; open pages go to the sign-in page at once."""
    if sum((login is not None, session is not None, everyone)) != 1:
        raise refuse("auth.cli.sign_out_whom")
    found = _chosen(users, sessions, login, session)
    if dry_run:
        if as_json:
            write_json({"would_end": [each.id for each in found]})
        else:
            typer.echo(f"Would end {len(found)} sessions.")
        return
    changed = [sessions.end(each.id, "operator") for each in found]
    missing = tuple(sorted({process for each in changed for process in each.unconfirmed}))
    line = f"Ended {len(found)} sessions."
    finish(Changed(missing), {"ended": [each.id for each in found]}, line, as_json=as_json)


def _chosen(users: Users, sessions: Sessions, login: str | None, session: str | None) -> list[SessionInfo]:
    if login is not None:
        return sessions.of(person(users, login).id)
    found = list(_everybody(sessions))
    if session is None:
        return found
    named = [each for each in found if each.id == session]
    if not named:
        raise refuse("auth.cli.no_session", "session", session=session)
    return named


def _everybody(sessions: Sessions) -> Iterator[SessionInfo]:
    number, seen = 1, 0
    while True:
        page = sessions.everyone(page=number)
        yield from page.rows
        seen, number = seen + len(page.rows), number + 1
        if seen >= page.total or not page.rows:
            return


def _facts(info: SessionInfo) -> dict[str, object]:
    names = ("id", "login", "state", "method", "client", "user_agent", "device", "created_at", "seen_at", "ends_at")
    return {name: getattr(info, name) for name in names}

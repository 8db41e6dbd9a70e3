"""``app users list`` and ``show``."""

from typing import Annotated

import typer

from plugins.auth.commands.output import AsJson, Login, facts_of, moment, person, roles_of, write_json, write_table
from plugins.auth.services.users import Users
from plugins.auth.values import UserInfo

Text = Annotated[str, typer.Argument(help="Part of a login or name; everybody without.")]


def list_people(users: Users, text: Text = "", as_json: AsJson = False) -> None:
    """List the people who may sign in, or might once."""
    found: list[UserInfo] = []
    number = 1
    while True:
        page = users.find(text, number)
        found += page.rows
        if len(found) >= page.total or not page.rows:
            break
        number += 1
    if as_json:
        write_json([facts_of(each) for each in found])
        return
    rows = [(each.login, each.name, roles_of(each), _state(each.active, each.has_password)) for each in found]
    write_table(("LOGIN", "NAME", "ROLES", "STATE"), rows)


def show(users: Users, login: Login, as_json: AsJson = False) -> None:
    """Show one person: roles, own permissions, how they sign in."""
    found = person(users, login)
    if as_json:
        write_json(facts_of(found))
        return
    said = ", ".join(f"{effect} {name}" for name, effect in sorted(found.permissions.items()))
    facts = {
        "login": found.login,
        "id": found.id,
        "name": found.name,
        "e-mail": found.email or "",
        "roles": roles_of(found),
        "permissions": said,
        "second factor": "on" if found.second_factor else "off",
        "state": _state(found.active, found.has_password),
        "disabled because": found.disabled_because or "",
        "since": moment(found.created_at),
    }
    write_table(("FACT", "VALUE"), [(name, value) for name, value in facts.items() if value])


def _state(active: bool, has_password: bool) -> str:
    if not active:
        return "disabled"
    return "active" if has_password else "no password yet"

"""``app users role``, ``roles`` and ``permission``."""

from typing import Annotated

import typer

from plugins.auth.commands.output import AsJson, DryRun, Login, finish, person, write_json, write_table
from plugins.auth.problems import refuse
from plugins.auth.services.roles import Roles
from plugins.auth.services.users import Users
from plugins.auth.values import Changed
from plugins.auth.wording import wording

Names = Annotated[list[str] | None, typer.Option(help="A role; may be repeated.")]


def role(
    *,
    users: Users,
    login: Login,
    add: Names = None,
    remove: Names = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give roles to a person and take roles away; every process acts by it before the command ends."""
    found = person(users, login)
    if not add and not remove:
        raise refuse("auth.cli.role_nothing")
    before = [given.role for given in found.roles]
    after = [name for name in dict.fromkeys([*before, *(add or ())]) if name not in (remove or ())]
    facts = {"login": found.login, "before": before, "after": after}
    if dry_run:
        if as_json:
            write_json(facts)
        else:
            typer.echo(f"Would change {found.login} from {_told(before)} to {_told(after)}.")
        return
    changed = [users.give_role(found.id, name) for name in add or ()]
    changed += [users.take_role(found.id, name) for name in remove or ()]
    missing = tuple(sorted({process for each in changed for process in each.unconfirmed}))
    finish(Changed(missing), facts, f"{found.login} has {_told(after)} now.", as_json=as_json)


def roles(roles: Roles, as_json: AsJson = False) -> None:
    """List the roles: what they inherit, and how many people have them."""
    found = roles.list()
    if as_json:
        write_json(
            [
                {"name": each.name, "builtin": each.builtin, "parents": list(each.parents), "holders": each.holders}
                for each in found
            ]
        )
        return
    rows = [(each.name, wording("en", each.title), ", ".join(each.parents), each.holders) for each in found]
    write_table(("ROLE", "TITLE", "INHERITS", "PEOPLE"), rows)


def permission(
    users: Users,
    login: Login,
    permission: Annotated[str, typer.Argument(help="Name, plugin.* or *, as the matrix of roles shows it.")],
    effect: Annotated[str, typer.Argument(metavar="grant|deny|roles", help="`roles` leaves it to the roles.")],
    as_json: AsJson = False,
) -> None:
    """Grant or deny a person a permission, whatever the roles say."""
    found = person(users, login)
    changed = users.set_permission(found.id, permission, None if effect == "roles" else effect)
    facts = {"login": found.login, "permission": permission, "effect": effect}
    finish(changed, facts, f"{permission} of {found.login}: {effect}.", as_json=as_json)


def _told(names: list[str]) -> str:
    return ", ".join(names) or "no role"

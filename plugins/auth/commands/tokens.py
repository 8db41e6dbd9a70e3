"""``app users tokens``: list, make and revoke API tokens."""

from typing import Annotated, Any

import typer

from plugins.auth.commands.output import AsJson, Login, moment, person_or_self, write_json, write_table
from plugins.auth.problems import refuse
from plugins.auth.services.tokens import MadeToken, TokenInfo, Tokens
from plugins.auth.services.users import Users

Scopes = Annotated[list[str] | None, typer.Option("--scope", help="A permission, plugin.* or *; may be repeated.")]


def tokens(
    *,
    users: Users,
    tokens: Tokens,
    login: Login,
    new: Annotated[str | None, typer.Option(metavar="TITLE", help="Make one under this title.")] = None,
    scope: Scopes = None,
    days: Annotated[int | None, typer.Option(help="Days it lasts; as long as the settings allow if left out.")] = None,
    revoke: Annotated[str | None, typer.Option(metavar="ID", help="End this one.")] = None,
    as_json: AsJson = False,
) -> None:
    """List a person's API tokens; --new makes one and prints it, once; --revoke ends one."""
    if new is not None and revoke is not None:
        raise refuse("auth.cli.token_one_thing")
    found = person_or_self(users, login)
    if new is not None:
        _print_made(tokens.make(found.id, new, scope or [], days), as_json=as_json)
    elif revoke is not None:
        _revoke(tokens, found.id, revoke, as_json=as_json)
    else:
        _print_list(tokens.of(found.id), as_json=as_json)


def _print_made(made: MadeToken, *, as_json: bool) -> None:
    if as_json:
        write_json({**_facts(made.info), "token": made.plain})
        return
    # The token alone on standard output, so that a pipe takes it as it is.
    typer.echo(made.plain)
    typer.echo(f"It lasts until {moment(made.info.expires_at)} and can't be shown again.", err=True)


def _revoke(tokens: Tokens, user_id: str, token_id: str, *, as_json: bool) -> None:
    if all(each.id != token_id for each in tokens.of(user_id)):
        raise refuse("auth.error.no_token", "revoke")
    tokens.revoke(token_id)
    if as_json:
        write_json({"id": token_id, "revoked": True})
    else:
        typer.echo(f"Revoked {token_id}.")


def _print_list(found: list[TokenInfo], *, as_json: bool) -> None:
    if as_json:
        write_json([_facts(each) for each in found])
        return
    rows = [(each.id, each.title, " ".join(each.scopes), _end(each)) for each in found]
    write_table(("TOKEN", "TITLE", "SCOPES", "ENDS"), rows)


def _end(info: TokenInfo) -> str:
    return f"revoked {moment(info.revoked_at)}" if info.revoked_at else moment(info.expires_at)


def _facts(info: TokenInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "title": info.title,
        "scopes": list(info.scopes),
        "created_at": info.created_at,
        "expires_at": info.expires_at,
        "revoked_at": info.revoked_at,
    }

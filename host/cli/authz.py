"""``app authz``: every permission with its holders, and why somebody may do something or may not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from host.cli.output import Json, write_json, write_table

if TYPE_CHECKING:
    from host.kernel.application import Application
    from host.kernel.explaining import Decision
    from host.security.authorization import Reason
    from host.texts import Texts

app = typer.Typer(no_args_is_help=True, help="List permissions; explain why somebody may do something or may not.")

_KINDS: Final = {
    "granted": "granted by {pattern}",
    "default": "the plugin's default",
    "denied": "DENIED by {pattern}, whatever grants it",
    "withheld": "the plugin's default, taken away by an operator",
}
_ANSWERS: Final = {
    "yes": "yes",
    "no": "no",
    "failed": "no: the rule failed, the log says how",
    "late": "no: the rule didn't answer in time",
    None: "decided for each case",
}


@app.command("list")
def list_permissions(
    user: Annotated[str, typer.Argument(help="Only what this user may do: the name to sign in with.")] = "",
    as_json: Json = False,
) -> None:
    """Print every permission with the roles that hold it unless an operator decided otherwise."""
    with _started() as (application, texts):
        rows = list(_rows(application, texts, user))
        if as_json:
            write_json({"permissions": rows})
        else:
            heads = ("permission", "title", "plugin", "roles", "rules")
            write_table(heads, [[_cell(row[head]) for head in heads] for row in rows])


@app.command()
def explain(
    user: Annotated[str, typer.Argument(help="The name to sign in with, or the user's id.")],
    permission: Annotated[str, typer.Argument(help="Such as warehouse.edit.")],
    resource: Annotated[
        str | None, typer.Argument(help="What it is wanted for, as its plugin names it, such as an order's number.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say whether a user may do something, and everything that speaks for or against it."""
    from host.kernel.explaining import explain as decide

    with _started() as (application, texts):
        decision = decide(application, user, permission, resource)
        if as_json:
            write_json(_as_json(decision, texts))
        else:
            typer.echo("\n".join(_lines(decision, texts)))


@contextmanager
def _started() -> Iterator[tuple["Application", "Texts"]]:
    """Boot the app for the person at the terminal, as for a plugin's command."""
    from host.cli.plugin_commands import run_context
    from host.kernel.boot import boot
    from host.kernel.context import entered
    from host.texts import Texts, load_catalogues
    from host.ui.text import OWN

    application = boot("command")
    try:
        catalogues = [*load_catalogues(OWN), *(owned.value for owned in application.catalogues)]
        with entered(run_context(application, "host")):
            yield application, Texts(catalogues)
    finally:
        application.close()


def _rows(application: "Application", texts: "Texts", user: str) -> Iterator[dict[str, Any]]:
    from host.kernel.decisions import rules_for
    from host.kernel.explaining import explain as decide

    for owned in sorted(application.permissions, key=lambda each: each.value.name):
        name = owned.value.name
        if user and not decide(application, user, name).allowed:
            continue
        yield {
            "permission": name,
            "title": _said(texts, owned.value.title),
            "plugin": owned.plugin,
            "roles": sorted(owned.value.roles),
            "rules": [_said(texts, rule.value.title) for rule in rules_for(application, name)],
        }


def _cell(value: Any) -> str:
    return (", ".join(value) or "-") if isinstance(value, list) else str(value)


def _lines(decision: "Decision", texts: "Texts") -> Iterator[str]:
    person = decision.person
    verb = "may" if decision.allowed else "may NOT"
    yield f"{person.name} ({person.user_id}) {verb}: {decision.permission}  {_said(texts, decision.title)}".rstrip()
    for reason in decision.explanation.reasons:
        yield f"  {_reason(reason)}"
    if not decision.explanation.reasons:
        yield "  nobody has to give it: it takes a sign-in" if decision.allowed else "  nothing grants it"
    for name in sorted(decision.explanation.unknown):
        yield f"  has the role {name}, which does not exist and gives nothing"
    for rule in decision.rules:
        yield f"  rule of {rule.plugin}: {_said(texts, rule.title)}  → {_ANSWERS[rule.answer]}"
    if not decision.exposed:
        yield "  the plugin is not exposed to this person, so its pages and routes are not there for them"


def _reason(reason: "Reason") -> str:
    what = _KINDS[reason.kind].format(pattern=reason.pattern)
    return f"{what}: role {' → '.join(reason.chain)}" if reason.chain else f"{what}: the person itself"


def _as_json(decision: "Decision", texts: "Texts") -> dict[str, Any]:
    return {
        "user": decision.person.user_id,
        "name": decision.person.name,
        "permission": decision.permission,
        "allowed": decision.allowed,
        "held": decision.explanation.held,
        "exposed": decision.exposed,
        "reasons": [
            {"kind": each.kind, "pattern": each.pattern, "roles": list(each.chain)}
            for each in decision.explanation.reasons
        ],
        "unknown_roles": sorted(decision.explanation.unknown),
        "rules": [
            {"plugin": each.plugin, "rule": _said(texts, each.title), "answer": each.answer} for each in decision.rules
        ],
    }


def _said(texts: "Texts", key: str) -> str:
    from host.texts import FALLBACK_LANGUAGE

    return texts.lookup(FALLBACK_LANGUAGE, key)

"""``app flags explain``: why somebody gets which value."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from host.cli.flags.loaded import FlagName
from host.cli.output import Json, write_json
from host.errors import ValidationError

if TYPE_CHECKING:
    from host.kernel.application import Application
    from host.kernel.flags.subject import Subject


def explain(
    name: FlagName,
    user: Annotated[str, typer.Option(help="Sign-in name or id; nobody in particular if left out.")] = "",
    *,
    role: Annotated[list[str] | None, typer.Option(help="A role, instead of looking up those of the user.")] = None,
    at: Annotated[datetime | None, typer.Option(help="At this moment, in local time, instead of now.")] = None,
    as_json: Json = False,
) -> None:
    """Say in words why somebody gets which value. The user's roles are looked up unless given."""
    from host.kernel.boot import boot
    from host.kernel.flags.explain import explain as explained
    from host.kernel.flags.values import written

    application = boot("command")
    try:
        flags = application.feature_flags
        subject = _subject(application, user, role)
        found = explained(
            flags.evaluator, flags.snapshot().of(name), subject, at.astimezone() if at else datetime.now(UTC)
        )
    finally:
        application.close()
    if as_json:
        told = {"value": found.decision.value, "source": found.decision.source, "rule": found.decision.rule}
        write_json({"flag": name, "user": user, "roles": sorted(subject.roles), **told, "steps": found.steps})
        return
    roles = f" ({', '.join(sorted(subject.roles))})" if subject.roles else ""
    typer.echo(f"{name} is {written(found.decision.value)} for {user or 'nobody in particular'}{roles}:")
    for step in found.steps:
        typer.echo(f"  {step}")


def _subject(application: "Application", user: str, roles: list[str] | None) -> "Subject":
    from host.kernel.flags.people import named_person
    from host.kernel.flags.subject import Subject

    if roles is not None or not user:
        return Subject(user, frozenset(roles or ()))
    principal = named_person(application, user)
    if principal is None:
        raise ValidationError(f"There is no active user {user!r}.", remedy="Or say who it is by --role.")
    return Subject.of(principal)

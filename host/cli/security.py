"""``app security``: find security events, answer alerts, write the compliance report."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from host.cli.ground import ground
from host.cli.output import Json, write_json, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from host.data.security.reading import EventReading
    from host.data.security.report import Section

app = typer.Typer(no_args_is_help=True, help="Security events: find them, answer alerts, write the report.")

DEGRADED = 2
_WIDEST = 80

Kind = Annotated[str, typer.Option(help="A kind such as sign_in.failed, or an area such as sign_in. with its dot.")]
Severity = Annotated[str, typer.Option(help="info, warning or alert.")]
User = Annotated[str, typer.Option(help="Id of the person.")]
Network = Annotated[str, typer.Option(help="An address, or the beginning of one: 10.1.")]
Since = Annotated[datetime | None, typer.Option(help="From this moment on, in local time.")]
Until = Annotated[datetime | None, typer.Option(help="Before this moment, in local time.")]


@app.command()
def events(
    *,
    kind: Kind = "", severity: Severity = "", user: User = "", network: Network = "", since: Since = None,
    until: Until = None,
    before: Annotated[int | None, typer.Option(help="Read on: only events older than this id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show security events, newest first."""
    from host.data.security.reading import EventFilter

    wanted = EventFilter(kind, severity, user, network, _aware(since), _aware(until))
    with ground(prepare=True) as laid:
        page = laid.host.security_reader().page(wanted, before, limit)
    if as_json:
        write_json({"events": [_plain(each) for each in page.events], "older": page.older})
        return
    _table(page.events)
    if page.older is not None:
        typer.echo(f"There are older ones: --before {page.older}", err=True)


@app.command()
def alerts(
    answered: Annotated[bool, typer.Option("--all", help="Also those that have an answer.")] = False,
    as_json: Json = False,
) -> None:
    """Show the alerts that wait for an answer; exit code 2 if there are any."""
    with ground(prepare=True) as laid:
        found = laid.host.security_reader().alerts(answered=answered)
    waiting = sum(each.answer is None for each in found)
    if as_json:
        write_json({"alerts": [_plain(each) for each in found], "open": waiting})
    else:
        _table(found)
        typer.echo(f"{waiting} open. Answer with: app security ack ID --note WHAT", err=True)
    raise typer.Exit(DEGRADED if waiting else 0)


@app.command()
def ack(
    number: Annotated[int, typer.Argument(metavar="ID", help="Id of the alert.")],
    note: Annotated[str, typer.Option(help="What came out.")],
    as_json: Json = False,
) -> None:
    """Answer an alert: say that you looked into it and what came out. The first answer stands."""
    with ground(prepare=True) as laid:
        laid.host.alert_answers().give(number, note)
    if as_json:
        write_json({"answered": number})
    else:
        typer.echo(f"Alert {number} is answered.")


@app.command()
def report(
    since: Annotated[datetime, typer.Option("--from", help="First moment, in local time.")],
    until: Annotated[datetime | None, typer.Option("--to", help="End, in local time; now without one.")] = None,
    file: Annotated[Path | None, typer.Option(help="Where to; the console when left out.")] = None,
    as_json: Json = False,
) -> None:
    """Write the compliance report: sign-ins, failures, lockouts, changes of access, reveals, break-glass, alerts."""
    import json

    from host.data.security.report import readable, sections
    from host.errors import ValidationError

    begin, end = since.astimezone(), (until or datetime.now()).astimezone()  # noqa: DTZ005 -- local time is asked for
    if end <= begin:
        raise ValidationError("--to must be later than --from.", remedy="Swap them.")
    with ground(prepare=True) as laid:
        found = list(sections(laid.host.database(), begin, end))
    told = json.dumps(_report(found, begin, end), indent=2, ensure_ascii=False) if as_json else readable(
        found, begin, end
    )  # fmt: skip
    if file is None:
        typer.echo(told)
        return
    file.write_text(told + "\n", encoding="utf-8")
    typer.echo(f"Wrote {file}.", err=True)


def _report(found: "list[Section]", begin: datetime, end: datetime) -> dict[str, Any]:
    parts = {each.name: {"count": each.count, "entries": each.entries} for each in found}
    return {"from": begin.isoformat(), "to": end.isoformat(), "sections": parts}


def _aware(moment: datetime | None) -> datetime | None:
    return moment.astimezone() if moment is not None else None


def _plain(event: "EventReading") -> dict[str, Any]:
    from dataclasses import asdict

    plain = asdict(event) | {"at": event.at.isoformat()}
    if event.answer is not None:
        plain["answer"]["at"] = event.answer.at.isoformat()
    return plain


def _table(found: "Iterable[EventReading]") -> None:
    heads = ("id", "at", "kind", "severity", "user", "client", "times", "detail")
    write_table(heads, [_row(each) for each in found])


def _row(event: "EventReading") -> tuple[object, ...]:
    told = ", ".join(f"{name}={value}" for name, value in event.detail.items())
    if event.answer is not None:
        told = f"answered by {event.answer.user_name}: {event.answer.note}"
    told = " ".join(told.split())
    told = told if len(told) <= _WIDEST else told[: _WIDEST - 1] + "…"
    at = event.at.astimezone().isoformat(" ", "seconds")
    return event.id, at, event.kind, event.severity, event.user_id, event.client, event.times, told

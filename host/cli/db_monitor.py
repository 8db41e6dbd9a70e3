"""``app db slow/nplus1/indexes/pool``: what the monitor of all processes found, seen from outside."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from host.cli.ground import ground
from host.cli.output import Json, write_json, write_table

if TYPE_CHECKING:
    from host.data import Database
    from host.data.monitor.readings import SlowReading, StatementReading

DEGRADED: Final = 2
Minutes = Annotated[int, typer.Option("--minutes", "-m", min=1, help="How far to look back.")]
Most = Annotated[int, typer.Option("--most", "-n", min=1, help="How many rows to show.")]
Plans = Annotated[bool, typer.Option("--plans", help="Also show how the database runs them.")]
_WIDTH: Final = 90


def slow(minutes: Minutes = 60, most: Most = 20, plans: Plans = False, as_json: Json = False) -> None:
    """Show the statements that take most time, and the latest slow ones with their lines."""
    from host.data.monitor.report import Report

    with _database() as database:
        report = Report(database)
        summary, shapes, log = report.summary(minutes), report.statements(minutes, most), report.slow(most)
    if as_json:
        slow_log = [asdict(each) for each in log]
        write_json({"summary": _overall(summary), "statements": [_figures(each) for each in shapes], "slow": slow_log})
        return
    typer.echo("  ".join(f"{name} {value}" for name, value in _overall(summary).items()))
    heads = ("shape", "count", "errors", "p50 ms", "p95 ms", "total s", "page", "statement")
    _table("Statements by total time", heads, [_row(each) for each in shapes])
    _table("Slow log", ("at", "ms", "shape", "line", "page", "values"), [_slow_row(each) for each in log])
    if plans:
        _plans([*shapes, *log])


def nplus1(most: Most = 50, as_json: Json = False) -> None:
    """Show loops that ask the database once per item, and what cures them; exit code 2 if there are any."""
    from host.data.monitor.report import Report

    with _database() as database:
        found = Report(database).findings(most)
    if as_json:
        write_json({"findings": [asdict(each) for each in found]})
    else:
        rows = [(each.site, each.page or "-", each.most, each.runs, each.subject[:_WIDTH]) for each in found]
        _table("N+1", ("line", "page", "statements", "runs", "what"), rows)
        for cure in dict.fromkeys(f"{each.site}: {each.cure}" for each in found):
            typer.echo(cure)
    raise typer.Exit(DEGRADED if found else 0)


def indexes(as_json: Json = False) -> None:
    """Advise on missing, repeated and unused indexes; exit code 2 if there is something to do."""
    from host.data.monitor.advice import advise

    with _database() as database:
        report = advise(database)
    if as_json:
        write_json(asdict(report))
    else:
        for each in report.advice:
            checked = {"": "unverified", "hypopg": "verified by hypopg", "planner": "SQLite's planner takes it"}
            sign = checked[each.verified] if each.kind == "missing" else "seen in the schema"
            gain = f", cost {each.cost[0]:,.0f} → {each.cost[1]:,.0f}" if each.cost else ""
            typer.echo(f"{each.kind} ({sign}{gain}): {each.reason}\n    {each.statement};")
        for note in report.notes or ("Nothing to say.",):
            typer.echo(note)
    raise typer.Exit(DEGRADED if report.advice else 0)


def pool(as_json: Json = False) -> None:
    """Show connections in use in each process, who holds them, and who waits for whose lock."""
    from host.data.monitor.locks import blocked
    from host.data.monitor.report import Report

    with _database() as database:
        report = Report(database)
        pools, waiting, summary = report.pools(), blocked(database), report.summary()
    if as_json:
        write_json({"pools": [asdict(each) for each in pools], "blocked": [asdict(each) for each in waiting]})
        return
    heads = ("process", "pool", "in use", "size", "waiting", "timeouts", "longest s")
    rows = [
        (f"{each.host_name}:{each.pid}", each.name, each.checked_out, f"{each.size}+{each.max_overflow}", each.waiting,
         each.timeouts, f"{each.longest_held_s:.1f}")
        for each in pools
    ]  # fmt: skip
    _table("Pools", heads, rows)
    for each in pools:
        for holder in each.holders.splitlines():
            typer.echo(f"{each.name} of {each.pid}: {holder}")
    lines = [(each.pid, each.blocker, f"{each.seconds:.1f}", each.state, each.statement[:_WIDTH]) for each in waiting]
    _table("Sessions that wait for a lock", ("pid", "waits for", "s", "which is", "statement"), lines)
    again = f"{summary.conflicts} after conflicts, {summary.lost} after lost connections"
    typer.echo(f"Transactions run again in the last hour: {again}.")


COMMANDS: Final = (slow, nplus1, indexes, pool)


@contextmanager
def _database() -> "Iterator[Database]":
    with ground() as laid:
        yield laid.host.database()


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    listed = list(rows)
    typer.echo(f"\n{title}" if listed else f"\n{title}: none")
    if listed:
        write_table(heads, listed)


def _overall(summary: Any) -> dict[str, object]:
    return {
        "minutes": summary.minutes,
        "statements": summary.statements.count,
        "per_s": round(summary.statements_per_s, 2),
        "p95_ms": round(summary.p95_ms, 2),
        "errors": summary.statements.errors,
        "transactions": summary.transactions.count,
        "rolled_back": summary.rolled_back,
        "conflicts": summary.conflicts,
        "lost": summary.lost,
    }


def _figures(each: "StatementReading") -> dict[str, object]:
    figures = each.figures
    return {
        "fingerprint": each.fingerprint,
        "statement": each.text,
        "pages": each.pages,
        "count": figures.count,
        "errors": figures.errors,
        "rows": figures.rows,
        "p50_ms": round(figures.histogram.quantile(0.5) * 1000, 3),
        "p95_ms": round(figures.histogram.quantile(0.95) * 1000, 3),
        "total_s": round(figures.seconds, 3),
        "line": each.site,
        "plan": each.plan or each.plan_fault,
    }


def _row(each: "StatementReading") -> tuple[object, ...]:
    shown = _figures(each)
    page = next((page for page in each.pages if page), "-")
    columns = ("fingerprint", "count", "errors", "p50_ms", "p95_ms", "total_s")
    return (*(shown[column] for column in columns), page, each.text[:_WIDTH])


def _slow_row(each: "SlowReading") -> tuple[object, ...]:
    when = f"{each.at:%Y-%m-%d %H:%M:%S}"
    where = each.site or "-", each.page or "-"
    return when, round(each.seconds * 1000), each.fingerprint, *where, each.parameters[:_WIDTH]


def _plans(shapes: "Sequence[StatementReading | SlowReading]") -> None:
    for each in {each.fingerprint: each for each in shapes}.values():
        if each.plan or each.plan_fault:
            typer.echo(f"\n{each.fingerprint}  {each.text}\n{each.plan or each.plan_fault}")

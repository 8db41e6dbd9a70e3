"""``app log``: finds lines by id, counts them, and changes levels in running processes."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from host.cli.errors import render_error
from host.errors import HostError, ValidationError

if TYPE_CHECKING:
    from host.config import AppConfig

app = typer.Typer(no_args_is_help=True, help="Logs: find an error by its id, count lines, change levels.")

Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]
_T = TypeVar("_T")
_FIRST = ("timestamp", "level", "logger", "event", "exception")


@app.command()
def find(
    wanted: Annotated[str, typer.Argument(metavar="ID", help="Error id (E-…) or correlation id.")],
    as_json: Json = False,
) -> None:
    """Print the lines of an error and of its run; exit code 1 if there are none."""
    from host.logs.search import find as search

    config = _guarded(_load)
    lines = list(search(config.logs.folder, wanted.strip()))
    if not lines:
        raise typer.Exit(_not_found(wanted, config))
    for line in lines:
        typer.echo(json.dumps(line) if as_json else _readable(line))


@app.command()
def top(
    limit: Annotated[int, typer.Option(min=1, help="How many kinds.")] = 10,
    hours: Annotated[float | None, typer.Option(min=0, help="Only the last hours.")] = None,
    as_json: Json = False,
) -> None:
    """Print the most frequent warnings and errors."""
    from host.logs.search import top as search

    since = datetime.now(UTC) - timedelta(hours=hours) if hours is not None else None
    kinds = search(_guarded(_load).logs.folder, limit, since=since)
    if as_json:
        typer.echo(json.dumps([asdict(kind) for kind in kinds], indent=2))
    for kind in () if as_json else kinds:
        typer.echo(f"{kind.count:>7}  {kind.level:<8}  {kind.last}  {kind.error_id:<10}  {kind.logger}: {kind.event}")


@app.command()
def stats(as_json: Json = False) -> None:
    """Print the number of lines by level and logger, and the size of the files."""
    from host.logs.search import stats as search

    folder = _guarded(_load).logs.folder
    found = search(folder)
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2))
        return
    typer.echo(f"{found.lines} lines in {found.files} files, {found.size_bytes:,} bytes, in {folder}")
    typer.echo(f"from {found.first or '-'} to {found.last or '-'}; {found.unreadable} unreadable")
    for name, count in [*found.levels.items(), *found.loggers.items()]:
        typer.echo(f"{count:>9}  {name}")


@app.command()
def level(
    logger: Annotated[str, typer.Argument(help="Dotted name, such as host.data; root for all.")],
    new_level: Annotated[str, typer.Argument(metavar="LEVEL", help="DEBUG, INFO, WARNING, ERROR, CRITICAL, NOTSET.")],
) -> None:
    """Change the level of a logger in all running processes, until they are replaced."""
    key = _guarded(lambda: _publish(logger, new_level))
    typer.echo(f"Published {key}. Running processes take it over now; for good, set it in [logs.levels].")


def _publish(logger: str, new_level: str) -> str:
    from host.logs.levels import TOPIC, level_key

    key = level_key(logger, new_level)
    config = _load()

    from host.data import ChangeFeed, Database, Migrator, host_target

    database = Database(config.database, config.data_dir)
    try:
        Migrator(database, [host_target()]).require_head("host")
        with database.begin():
            ChangeFeed(database).publish(TOPIC, key)
    finally:
        database.dispose()
    return key


def _load() -> "AppConfig":
    from host.config import load_config

    return load_config()


def _guarded(work: Callable[[], _T]) -> _T:
    try:
        return work()
    except HostError as error:
        raise typer.Exit(render_error(error)) from error


def _not_found(wanted: str, config: "AppConfig") -> int:
    remedy = "Check the id. Lines are kept in files only where logs.file is on (in dev by default), and until rotation."
    error = ValidationError(f"No line with the id {wanted} in {config.logs.folder}.", remedy=remedy)
    render_error(error)
    return 1


def _readable(line: dict[str, Any]) -> str:
    head = f"{line.get('timestamp', '')} {str(line.get('level', '')).upper():<8} {line.get('logger', '')}: "
    rest = " ".join(f"{name}={value}" for name, value in line.items() if name not in _FIRST)
    trace = f"\n{line['exception']}" if line.get("exception") else ""
    return f"{head}{line.get('event', '')}  {rest}{trace}"

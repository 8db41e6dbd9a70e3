"""``app log``: finds lines by id, counts them, and changes levels in running processes."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from host.cli.output import Json, write_json
from host.errors import HostError

app = typer.Typer(no_args_is_help=True, help="Logs: find an error by its id, count lines, change levels.")

_FIRST: Final = ("timestamp", "level", "logger", "event", "exception")


@app.command()
def find(
    wanted: Annotated[str, typer.Argument(metavar="ID", help="Error id (E-…) or correlation id.")],
    as_json: Json = False,
) -> None:
    """Print the lines of an error and of its run; exit code 1 if there are none."""
    from host.logs.search import find as search

    lines = list(search(_folder(), wanted.strip()))
    if not lines:
        message = f"No line with the id {wanted} in {_folder()}."
        raise HostError(message, remedy="Lines stay until rotation, where logs.file is on (in dev by default).")
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
    kinds = search(_folder(), limit, since=since)
    if as_json:
        write_json([asdict(kind) for kind in kinds])
        return
    for kind in kinds:
        typer.echo(f"{kind.count:>7}  {kind.level:<8}  {kind.last}  {kind.error_id:<10}  {kind.logger}: {kind.event}")


@app.command()
def stats(as_json: Json = False) -> None:
    """Print the number of lines by level and logger, and the size of the files."""
    from host.logs.search import stats as search

    folder = _folder()
    found = search(folder)
    if as_json:
        write_json(asdict(found))
        return
    files = "1 file" if found.files == 1 else f"{found.files} files"
    typer.echo(f"{found.lines} lines in {files}, {found.size_bytes:,} bytes, in {folder}")
    typer.echo(f"from {found.first or '-'} to {found.last or '-'}; {found.unreadable} unreadable")
    for name, count in [*found.levels.items(), *found.loggers.items()]:
        typer.echo(f"{count:>9}  {name}")


@app.command()
def level(
    logger: Annotated[str, typer.Argument(help="Dotted name, such as host.data; root for all.")],
    new_level: Annotated[str, typer.Argument(metavar="LEVEL", help="DEBUG, INFO, WARNING, ERROR, CRITICAL, NOTSET.")],
) -> None:
    """Change the level of a logger in all running processes, until they are replaced."""
    from host.cli.ground import ground
    from host.logs.levels import TOPIC, level_key

    key = level_key(logger, new_level)
    with ground(prepare=True) as laid, laid.host.database().begin():
        laid.host.changes().publish(TOPIC, key)
    typer.echo(f"Published {key}. Running processes take it over now; for good, set it in [logs.levels].")


def _folder() -> Path:
    from host.config import load_config

    return load_config().logs.folder


def _readable(line: dict[str, Any]) -> str:
    head = f"{line.get('timestamp', '')} {str(line.get('level', '')).upper():<8} {line.get('logger', '')}: "
    rest = " ".join(f"{name}={value}" for name, value in line.items() if name not in _FIRST)
    trace = f"\n{line['exception']}" if line.get("exception") else ""
    return f"{head}{line.get('event', '')}  {rest}{trace}"

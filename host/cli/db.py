"""``app db``: the commands about the database, each defined in a module of its own."""

from typing import Final

import typer

from host.cli.db_author import check, new, sql
from host.cli.db_migrate import migrate, rollback, status
from host.cli.db_monitor import COMMANDS as MONITOR
from host.cli.db_seed import seed

app: Final = typer.Typer(
    no_args_is_help=True, help="The database: change, check and inspect its schema, fill in example data."
)
for command in (migrate, status, rollback, new, check, sql, seed, *MONITOR):
    app.command()(command)

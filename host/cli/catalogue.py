"""The host's own commands as data, so that the help lists them without importing one."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    """A command or a group of commands.

    Args:
        target: ``module:attribute`` of a function or a `typer.Typer`.
        help: the line that the list of commands shows.
    """

    name: str
    target: str
    help: str


ENTRIES: Final = tuple(
    Entry(name, target, text)
    for name, target, text in (
        ("init", "host.cli.init:init", "Make an empty folder a project."),
        ("run", "host.cli.run:run", "Serve the app in the foreground."),
        ("status", "host.cli.status:status", "Show what runs: address, database, processes, plugins."),
        ("health", "host.cli.health:health", "Check every component, as /healthz does."),
        ("clean", "host.cli.clean:app", "Remove expired data; place legal holds."),
        ("doctor", "host.cli.doctor.command:doctor", "Find what is wrong with this installation."),
        ("config", "host.cli.config:app", "Show, check and compare settings."),
        ("log", "host.cli.log:app", "Search the log and change its levels."),
        ("pages", "host.cli.pages:app", "List pages; put scripts under the app."),
        ("pii", "host.cli.pii:app", "Find undeclared personal data; see who had masked fields revealed."),
        ("tasks", "host.cli.tasks:app", "See and stop resumable tasks."),
        ("keys", "host.cli.keys:app", "Make, add, rotate and remove the keys of encryption and audit."),
        ("db", "host.cli.db:app", "Migrate, inspect and seed the database."),
        ("audit", "host.cli.audit:app", "Show, check and export who changed what; restore a version."),
        ("security", "host.cli.security:app", "Find security events, answer alerts, write the report."),
        ("authz", "host.cli.authz:app", "List permissions; explain why somebody may do something."),
        ("plugins", "host.cli.plugins:app", "List, switch, examine, write and purge plugins."),
        ("flags", "host.cli.flags:app", "List, set and explain feature flags."),
    )
)

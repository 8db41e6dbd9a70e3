"""Commands of plugins: boots the app for one command and runs it as somebody, under a correlation id of its own."""

import functools
import os
import uuid
from collections.abc import Callable
from typing import Any, Final

import typer

from host.cli.faults import GroupUnavailableError, RefusedError
from host.cli.ground import ground
from host.cli.plugin_groups import PluginGroup
from host.contracts.principal import EVERY_PERMISSION, Principal
from host.contributions import Command
from host.errors import PermissionDeniedError
from host.kernel.application import Application
from host.kernel.context import RunContext, entered
from host.kernel.local import login_name
from host.kernel.report import PluginStatus
from host.logs import bind_log_context, get_logger, report_error
from host.security.events import SecurityEvent

COMMAND_LINE: Final = "command-line"
"""User id of whoever sits at the command line where the app knows no local person."""


def load_group(group: PluginGroup, ctx: typer.Context) -> typer.Typer:
    """Boot the app and return the group's commands; the app is closed with `ctx`.

    Raises:
        GroupUnavailableError: the plugin is off or failed; the reason in one line.
    """
    if not group.enabled:
        raise _unavailable(group, _planned(group.plugin))
    from host.kernel.boot import boot

    application = boot("command")
    ctx.call_on_close(application.close)
    if group.plugin not in application.plugins:
        raise _unavailable(group, application.report.row(group.plugin))
    return _commands(group, application, ctx.find_root().params.get("as_user"))


def _planned(plugin: str) -> PluginStatus | None:
    from host.kernel.plan import make_plan
    from host.kernel.planned import planned_report

    with ground() as laid:
        question = laid.question()
    return planned_report(make_plan(question), question).row(plugin)


def _unavailable(group: PluginGroup, row: PluginStatus | None) -> GroupUnavailableError:
    state, reason = (row.state, row.reason or row.state) if row else ("missing", "not installed")
    remedy = (row.remedy if row else "") or f"Look at it: app plugins show {group.plugin}"
    what = f"`app {group.name}` belongs to plugin {group.plugin}, which is {state}: {reason}"
    return GroupUnavailableError(what, remedy=remedy, off=state == "off")


def _commands(group: PluginGroup, application: Application, as_user: str | None) -> typer.Typer:
    app = typer.Typer(help=group.help, no_args_is_help=True, rich_markup_mode=None)
    # Without a callback Typer takes a group's only command for the group itself.
    app.callback(help=group.help)(lambda: None)
    for owned in application.commands:
        if owned.plugin == group.plugin and owned.value.group == group.name:
            app.command(owned.value.name)(_runnable(application, owned.plugin, owned.value, as_user))
    return app


def _runnable(
    application: Application, plugin: str, command: Command, as_user: str | None = None
) -> Callable[..., Any]:
    bound = application.bind(plugin, command.run)

    @functools.wraps(bound)
    def run(*args: Any, **options: Any) -> Any:
        context = run_context(application, plugin, as_person(application, command, as_user) if as_user else None)
        known = {"correlation_id": context.correlation_id, "plugin": plugin, "user": context.principal.user_id}
        with entered(context), bind_log_context(**known):
            try:
                return bound(*args, **options)
            except Exception as error:
                _report(error)
                raise

    return run


def _report(error: Exception) -> None:
    """Log a fault while its correlation id is bound; what was raised on purpose is an answer, not a fault."""
    from host.errors import HostError

    if not isinstance(error, (HostError, typer.Exit, typer.Abort)):
        report_error(get_logger(__name__), error)


def person_at_the_terminal(application: Application) -> Principal:
    """Return the local person where the app knows one, else the command line itself, which may do everything."""
    return application.principal("local") or Principal(
        COMMAND_LINE, login_name(), frozenset({"admin"}), frozenset({EVERY_PERMISSION})
    )


def as_person(application: Application, command: Command, login: str) -> Principal:
    """Return the user as whom a command shall run, who must be allowed to.

    Raises:
        RefusedError: there is no such active user, or the command is for the person at the terminal only.
        PermissionDeniedError: the user lacks the command's permission.
    """
    principal = application.person(login)
    if principal is None:
        raise RefusedError(f"There is no active user {login!r}.", remedy="List them: app users list")
    name = f"app {command.group} {command.name}"
    if command.permission is None:
        raise RefusedError(f"`{name}` runs as the person at this terminal only.", remedy="Leave --as out.")
    if not principal.may(command.permission):
        raise PermissionDeniedError(f"{login} may not run `{name}`: that takes {command.permission}.")
    detail = {"command": name, "by": login_name()}
    application.host.security_events().note(SecurityEvent("command.as", "info", principal.user_id, detail=detail))
    return principal


def run_context(application: Application, plugin: str, principal: Principal | None = None) -> RunContext:
    """Return the context of one command, run by the person at the terminal unless by somebody else."""
    acts = principal or person_at_the_terminal(application)
    return RunContext(application, acts, uuid.uuid4().hex, plugin=plugin, language=_language(application))


def _language(application: Application) -> str:
    chosen = application.config.language
    if chosen != "auto":
        return chosen
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "de" if spoken.startswith("de") else "en"

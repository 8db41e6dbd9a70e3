"""Decides whether a started app may open at all: never without its guard, never against an operator's word."""

from host.config import AppConfig
from host.errors import HostError
from host.kernel.choices import Choices
from host.kernel.local import is_loopback
from host.kernel.plan import Question
from host.kernel.starter import Starter


class StartRefusedError(HostError):
    """The start was aborted by `strict` or by a plugin's `on_failure`; the message lists every reason."""


def closed_because(config: AppConfig, question: Question, starter: Starter) -> str | None:
    """Return why only the maintenance page is served, or ``None``.

    An app whose sign-in is broken stays closed; one that never had any opens on this machine in development only.
    """
    providers = starter.plan.providers
    if "auth" in providers.unfilled:
        return f"auth: {providers.unfilled['auth']}"
    broken = next((row for row in starter.report.failed() if row.id in question.offering("auth")), None)
    if broken is not None:
        return f"auth: {broken.line}"
    if "auth" in providers.chosen or (config.env == "dev" and is_loopback(config.server.host)):
        return None
    return "auth: no active plugin provides it, and only a dev app on a loopback address may be open without"


def refuse_if_told(starter: Starter, choices: Choices) -> None:
    """Abort where operators want no start with failed plugins.

    Raises:
        StartRefusedError: with one line for each plugin that should run and doesn't.
    """
    wanted = [row for row in starter.report.failed() if choices.enabled(row.id)[0]]
    fatal = [row for row in wanted if choices.file.strict or choices.table(row.id).on_failure == "abort"]
    if fatal:
        lines = "\n".join(f"  {row.line}" for row in (wanted if choices.file.strict else fatal))
        raise StartRefusedError(f"the start is refused:\n{lines}", remedy="Mend or disable them, then start again.")

"""``app health``: the same report as ``/healthz``, from the running server or, without one, from a start of its own."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import typer

from host.cli.output import Json, write_json, write_table
from host.cli.server import as_served, ask_server, is_app, url

if TYPE_CHECKING:
    from host.config import AppConfig

EXIT_CODES: Final = {"ok": 0, "degraded": 2, "draining": 2, "failed": 1}


def health(as_json: Json = False) -> None:
    """Check every component, as /healthz does; exit code 0 ok, 2 degraded, 1 failed."""
    from host.config import load_config

    config = load_config()
    found = _from_server(as_served(config)) or _from_here(config)
    if as_json:
        write_json(found)
    else:
        _write(found)
    raise typer.Exit(EXIT_CODES.get(found["status"], 1))


def _from_server(config: "AppConfig") -> dict[str, Any] | None:
    if config.server.port == 0 or not is_app(ask_server(config, "/livez")):
        return None
    answer = ask_server(config, "/healthz")
    body = answer.as_json() if answer else {}
    return {"asked": url(config), **body} if "status" in body else None


def _from_here(config: "AppConfig") -> dict[str, Any]:
    from host.kernel.boot import boot

    application = boot("command", config)
    try:
        report = application.health()
        components = [asdict(component) for component in report.components]
        asked = "this command; no server answers"
        return {"asked": asked, "status": report.status, "closed": application.closed, "components": components}
    finally:
        application.close()


def _write(found: dict[str, Any]) -> None:
    typer.echo(f"{found['status']} (asked: {found['asked']})")
    if found.get("closed"):
        typer.echo(f"closed: {found['closed']}")
    rows = [(each["name"], each["status"], f"{each['ms']:.0f} ms", _why(each)) for each in found.get("components", ())]
    if rows:
        write_table(("component", "status", "took", "detail"), rows)


def _why(component: dict[str, Any]) -> str:
    cause = f" (because of {component['cause']})" if component["cause"] else ""
    return f"{component['detail']}{cause}"

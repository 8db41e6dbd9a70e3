"""``app run``: serves the app in the foreground, under a supervisor."""

from typing import Annotated, Any, Final

import typer

DEMO: Final = "demo"


def run(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 opens it to the network.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Readable, detailed logs and errors in the browser.")] = False,
    as_user: Annotated[
        str | None,
        typer.Option("--as", metavar="demo", help="Sign the browser in as the user demo; on this machine in dev only."),
    ] = None,
) -> None:
    """Serve the app until Ctrl-C; changed settings and plugins are taken up without refusing anybody."""
    from host.supervisor.supervisor import supervise

    settings = command_line_settings(host, port, debug=debug)
    if as_user is not None:
        require_demo(as_user, settings)
    supervise(settings, typer.echo, as_user or "")


def require_demo(as_user: str, settings: dict[str, Any]) -> None:
    """Refuse to sign anybody in by the start but the demonstration's user, on this machine, in development.

    Raises:
        RefusedError: it is somebody else, another environment, or others could reach the app.
    """
    from host.cli.faults import RefusedError
    from host.config import load_config
    from host.kernel.local import is_loopback

    config = load_config(cli=settings)
    if as_user != DEMO:
        raise RefusedError(f"--as takes only {DEMO!r}, not {as_user!r}.", remedy="Everybody else signs in themselves.")
    if config.env != "dev":
        what = f"--as {DEMO} signs in without a password, so it works in dev only; this is {config.env}."
        raise RefusedError(what, remedy="Leave --as out and sign in, or set APP_ENV=dev.")
    if not is_loopback(config.server.host):
        what = f"--as {DEMO} signs in without a password, so only this machine may reach the app."
        raise RefusedError(f"{what} It would listen on {config.server.host}.", remedy="Add --host 127.0.0.1.")


def command_line_settings(host: str | None, port: int | None, *, debug: bool) -> dict[str, Any]:
    """Return the settings that the options stand for, by dotted name; options not given are left out."""
    given: dict[str, Any] = {"server.host": host, "server.port": port}
    if debug:
        given |= {"debug": True, "logs.level": "DEBUG", "logs.format": "console"}
    return {name: value for name, value in given.items() if value is not None}

"""``app run``: serves the app in the foreground, under a supervisor."""

from typing import Annotated, Any

import typer


def run(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 opens it to the network.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Readable, detailed logs and errors in the browser.")] = False,
) -> None:
    """Serve the app until Ctrl-C; changed settings and plugins are taken up without refusing anybody."""
    from host.supervisor.supervisor import supervise

    supervise(command_line_settings(host, port, debug=debug), typer.echo)


def command_line_settings(host: str | None, port: int | None, *, debug: bool) -> dict[str, Any]:
    """Return the settings that the options stand for, by dotted name; options not given are left out."""
    given: dict[str, Any] = {"server.host": host, "server.port": port}
    if debug:
        given |= {"debug": True, "logs.level": "DEBUG", "logs.format": "console"}
    return {name: value for name, value in given.items() if value is not None}

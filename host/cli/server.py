"""Asks the app that runs on this machine about itself, over its own port."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from host.config import AppConfig

_EVERY_ADDRESS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
_TIMEOUT_S: Final = 15.0
"""Longer than the longest health check may take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    body: str

    def as_json(self) -> dict[str, Any]:
        """Return the body as an object; empty for anything else."""
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}


def as_served(config: "AppConfig") -> "AppConfig":
    """Return the settings with the address at which the app runs now, if its command line chose another."""
    from host.kernel.report_file import ReportFile

    stored = ReportFile(config.data_dir).read()
    if stored is None or not stored.running or stored.address is None:
        return config
    host, port = stored.address
    return config.model_copy(update={"server": config.server.model_copy(update={"host": host, "port": port})})


def url(config: "AppConfig") -> str:
    """Return the address that a browser on this machine opens."""
    return f"http://{_bracketed(_address(config))}:{config.server.port}/"


def ask_server(config: "AppConfig", path: str) -> Answer | None:
    """GET `path` from the running app; ``None`` when nobody answers HTTP at its address."""
    connection = HTTPConnection(_address(config), config.server.port, timeout=_TIMEOUT_S)
    name = next((each for each in config.server.allowed_hosts if each != "*"), _bracketed(_address(config)))
    try:
        connection.request("GET", path, headers={"Host": f"{name}:{config.server.port}"})
        response = connection.getresponse()
        return Answer(response.status, response.read().decode("utf-8", errors="replace"))
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def is_app(answer: Answer | None) -> bool:
    """Tell whether an answer to ``/livez`` is this app's."""
    return answer is not None and answer.status == 200 and answer.body == "alive"


def _address(config: "AppConfig") -> str:
    return _EVERY_ADDRESS.get(config.server.host, config.server.host)


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address

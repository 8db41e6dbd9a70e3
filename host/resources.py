"""Where things lie on disk: the data files that ship with the host, and the project folder. It reads neither."""

import os
from pathlib import Path

from host.errors import ConfigError

_HERE = Path(__file__).resolve().parent


def packaged(name: str) -> Path:
    """Return a file or folder that ships with the host.

    Args:
        name: ``config``, ``migrations``, ``plugins.toml``, or a path below one of them.

    An installed wheel carries them in ``host/_data``; a checkout has them beside ``host``.
    """
    data = _HERE / "_data"
    return (data if data.is_dir() else _HERE.parent) / name


def project_root() -> Path:
    """Return the project folder: where ``config/``, ``plugins.toml``, ``.env`` and ``var/`` live.

    It is ``HOLDFAST_ROOT``, or else the current folder.

    Raises:
        ConfigError: ``HOLDFAST_ROOT`` names no folder.
    """
    named = os.environ.get("HOLDFAST_ROOT")
    root = Path(named).expanduser() if named else Path.cwd()
    if not root.is_dir():
        fault = f"CFG-ROOT: the project folder {root} (-C or HOLDFAST_ROOT) is no folder. Create it, or name another."
        raise ConfigError([fault])
    return root.resolve()

"""The signing key of a dev installation: made once, kept in the data folder, readable by its owner only."""

import secrets
from pathlib import Path
from typing import Final

from host.private_files import make_private, replace_private

KEY_FILE: Final = "secret_key"
KEY_BYTES: Final = 48


def new_secret_key() -> str:
    """Return a fresh random key."""
    return secrets.token_urlsafe(KEY_BYTES)


def kept_secret_key(data_dir: Path) -> str | None:
    """Return the key kept in `data_dir`, or None where there is none yet.

    Raises:
        OSError: the file cannot be read.
    """
    path = data_dir / KEY_FILE
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def keep_secret_key(data_dir: Path) -> str:
    """Return the key kept in `data_dir`, making it first where there is none; safe with several processes at once.

    Raises:
        OSError: the folder cannot be written.
    """
    path = data_dir / KEY_FILE
    kept = kept_secret_key(data_dir)
    if kept:
        path.chmod(0o600)
        return kept
    key = new_secret_key()
    if not make_private(path, key) and not kept_secret_key(data_dir):
        replace_private(path, key)
    return path.read_text(encoding="ascii").strip()

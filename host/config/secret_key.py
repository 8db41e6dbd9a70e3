"""The signing key of a dev installation: made once, kept in the data folder, readable by its owner only."""

import os
import secrets
from pathlib import Path
from typing import Final

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
    data_dir.mkdir(parents=True, exist_ok=True)
    draft = _draft(data_dir)
    try:
        # A link appears whole or not at all, and never over the key of a process that was faster.
        os.link(draft, path)
    except FileExistsError:
        if not kept_secret_key(data_dir):
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()


def _draft(data_dir: Path) -> Path:
    path = data_dir / f".{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(new_secret_key())
        file.flush()
        os.fsync(file.fileno())
    return path

"""The keys in force: read from the key file, read again whenever it changes, changed by one process at a time."""

import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, final

from host.logs import get_logger
from host.private_files import changing, make_private, replace_private
from host.security.faults import KeyringError
from host.security.keys import Key, Keys, Purpose

if TYPE_CHECKING:
    from host.config import AppConfig

_log: Final = get_logger(__name__)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LOST: Final = (
    "Restore the file from a copy: without its keys encrypted values cannot be read. Only where nothing was "
    "encrypted yet, move it away and run: app keys init"
)

_Stamp = tuple[int, int, int]


@final
class Keyring:
    """The keys of an installation, for any number of threads.

    Args:
        path: the key file.
        make: whether a missing file is made at the first use, as in dev.
    """

    def __init__(self, path: Path, *, make: bool) -> None:
        self.path: Final = path
        self._make = make
        self._keys: Keys | None = None
        self._seen: _Stamp | None = None
        self._reading = threading.Lock()

    @classmethod
    def open(cls, config: "AppConfig", data_dir: Path) -> "Keyring":
        """Return the keyring of an installation; nothing is read or made before the first use.

        Args:
            config: names the key file; in dev a missing one is made.
            data_dir: folder that a relative key file is taken from.
        """
        return cls(data_dir / config.security.keys_file.expanduser(), make=config.env == "dev")

    def keys(self) -> Keys:
        """Return all keys as the file holds them now.

        A file that became unreadable while the app runs is reported, and the keys known so far go on.

        Raises:
            KeyringError: there are none: the file is missing or cannot be read.
        """
        if self._keys is not None and self._stamp() == self._seen:
            return self._keys
        with self._reading:
            # Looked at again: another thread may have made the file meanwhile.
            return self._renewed(self._stamp())

    def current(self, purpose: Purpose) -> Key:
        """Return the key that new work takes.

        Raises:
            KeyringError: the file is missing or cannot be read.
        """
        return self.keys().current(purpose)

    def get(self, purpose: Purpose, key_id: str) -> Key:
        """Return one key by the id that stands beside what was made with it.

        Raises:
            UnknownKeyError: the file doesn't hold it.
            KeyringError: the file is missing or cannot be read.
        """
        return self.keys().get(purpose, key_id)

    def change(self, edit: Callable[[Keys], Keys]) -> Keys:
        """Replace the keys by what `edit` makes of them, one process at a time; running processes follow.

        Raises:
            KeyringError: the file is missing, cannot be read or written.
        """
        try:
            with changing(self.path):
                keys = edit(self._read())
                replace_private(self.path, keys.text())
        except OSError as error:
            raise self._unwritable(error) from error
        return keys

    def init(self) -> Keys:
        """Make the key file.

        Raises:
            KeyringError: there is one already, or the folder cannot be written.
        """
        if not self._made():
            raise KeyringError(f"There is a key file already: {self.path}", remedy="See it with: app keys status")
        return self._read()

    def _renewed(self, stamp: _Stamp | None) -> Keys:
        try:
            if self._keys is not None and stamp is None:
                self._missing()
            keys = self._read()
        except KeyringError as error:
            if self._keys is None:
                raise
            _log.error("the key file cannot be used; the keys known so far go on", problem=str(error))
            keys = self._keys
        # In this order: whoever sees the new stamp sees the keys that belong to it.
        self._keys, self._seen = keys, stamp
        return keys

    def _stamp(self) -> _Stamp | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _read(self) -> Keys:
        try:
            text = self.path.read_text(encoding="utf-8")
            mode = self.path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return self._first()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise KeyringError(f"The key file {self.path} cannot be read: {reason}.", remedy=_LOST) from None
        if mode & _OTHERS:
            fix = f"chmod 600 {self.path}"
            _log.warning("the key file can be used by others", file=str(self.path), mode=oct(mode & 0o777), fix=fix)
        try:
            return Keys.read(text)
        except ValueError as error:
            raise KeyringError(f"The key file {self.path} cannot be used: {error}.", remedy=_LOST) from None

    def _first(self) -> Keys:
        if not self._make:
            self._missing()
        if self._made():
            _log.info("key file made; keep a copy of it apart from the database", file=str(self.path))
        return self._read()

    def _missing(self) -> NoReturn:
        remedy = "Make it once with `app keys init` and give every replica the same file, or set security.keys_file."
        raise KeyringError(f"The key file {self.path} is missing.", remedy=remedy)

    def _made(self) -> bool:
        try:
            return make_private(self.path, Keys.fresh().text())
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> KeyringError:
        remedy = "Make its folder one that this user can write, or set security.keys_file."
        return KeyringError(f"The key file {self.path} cannot be written: {error.strerror}.", remedy=remedy)

"""The keys of an installation as one value: for each purpose one that is current and those that are still needed."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, final, get_args

from host.security.faults import KeyringError, UnknownKeyError

Purpose = Literal["audit", "field", "index"]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
FORMAT: Final = 1
SECRET_BYTES: Final = 32
MOST_INDEX_KEYS: Final = 3
"""Keys for blind indexes at a time: a search asks for the index under each of them."""


@final
@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    Args:
        id: eight hexadecimal digits, unique in the installation; stands beside whatever was made with the key.
        secret: 32 random bytes.
        made: when it was made; ``None`` for a key that stands in no file.
        current: whether new work takes it.
        replaced: when another one became current in its place.
    """

    id: str
    secret: bytes = field(repr=False)
    purpose: Purpose = "field"
    made: datetime | None = None
    current: bool = False
    replaced: datetime | None = None


@final
@dataclass(frozen=True, slots=True)
class Keys:
    """All keys of an installation; every change returns a new value."""

    all: tuple[Key, ...]

    @classmethod
    def fresh(cls) -> "Keys":
        """Return one new key for each purpose."""
        keys = cls(())
        for purpose in PURPOSES:
            keys = keys.added(purpose)[0]
        return keys

    def of(self, purpose: Purpose) -> tuple[Key, ...]:
        """Return the keys of one purpose, oldest first."""
        return tuple(key for key in self.all if key.purpose == purpose)

    def current(self, purpose: Purpose) -> Key:
        """Return the key that new work takes."""
        return next(key for key in self.all if key.purpose == purpose and key.current)

    def get(self, purpose: Purpose, key_id: str) -> Key:
        """Return one key.

        Raises:
            UnknownKeyError: there is no such key.
        """
        for key in self.all:
            if key.id == key_id and key.purpose == purpose:
                return key
        remedy = "Bring back the key file that holds it; every process and replica needs the same file."
        raise UnknownKeyError(f"The key {key_id!r} for {purpose} is not in the key file.", remedy=remedy)

    def added(self, purpose: Purpose, *, later: bool = False) -> tuple["Keys", Key]:
        """Return the keys with a new one, and the new one.

        Args:
            later: known but not current, until `using` makes it so.

        Raises:
            KeyringError: there are too many for blind indexes.
        """
        if purpose == "index" and len(self.of(purpose)) >= MOST_INDEX_KEYS:
            what = f"There are {MOST_INDEX_KEYS} keys for blind indexes already."
            raise KeyringError(what, remedy="Run `app keys rotate`, then `app keys remove` for those no longer needed.")
        new = Key(_new_id(self), secrets.token_bytes(SECRET_BYTES), purpose, datetime.now(UTC))
        grown = Keys((*self.all, new))
        return (grown, new) if later else (grown.using(purpose, new.id), new)

    def using(self, purpose: Purpose, key_id: str) -> "Keys":
        """Return the keys with another one current."""
        chosen = self.get(purpose, key_id)
        moment = datetime.now(UTC)

        def turned(key: Key) -> Key:
            if key.purpose != purpose or key.current == (key is chosen):
                return key
            return replace(key, current=key is chosen, replaced=None if key is chosen else moment)

        return Keys(tuple(map(turned, self.all)))

    def without(self, purpose: Purpose, key_id: str) -> "Keys":
        """Return the keys without one.

        Raises:
            KeyringError: it is the current one.
        """
        gone = self.get(purpose, key_id)
        if gone.current:
            raise KeyringError(f"The key {key_id} for {purpose} is current.", remedy="Run first: app keys add")
        return Keys(tuple(key for key in self.all if key is not gone))

    def text(self) -> str:
        """Return what the key file holds."""
        return json.dumps({"format": FORMAT, "keys": [_row(key) for key in self.all]}, indent=2) + "\n"

    @classmethod
    def read(cls, text: str) -> "Keys":
        """Return the keys that a key file holds.

        Raises:
            ValueError: it is no key file; the message holds no key.
        """
        try:
            found = json.loads(text)
        except ValueError:
            raise ValueError("it is not JSON") from None
        if not isinstance(found, Mapping) or found.get("format") != FORMAT or not isinstance(found.get("keys"), list):
            raise ValueError(f"it is not a key file of format {FORMAT}")
        keys = cls(tuple(_key(number, row) for number, row in enumerate(found["keys"], 1)))
        keys._require_whole()
        return keys

    def _require_whole(self) -> None:
        if len({key.id for key in self.all}) != len(self.all):
            raise ValueError("two keys have one id")
        for purpose in PURPOSES:
            count = sum(key.current for key in self.of(purpose))
            if count != 1:
                raise ValueError(f"{count} keys for {purpose} are current, not one")


def _new_id(keys: Keys) -> str:
    taken = {key.id for key in keys.all}
    return next(new for new in iter(lambda: secrets.token_hex(4), "") if new not in taken)


def _row(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "purpose": key.purpose,
        "secret": urlsafe_b64encode(key.secret).decode("ascii"),
        "made": key.made.isoformat() if key.made else None,
        "current": key.current,
        "replaced": key.replaced.isoformat() if key.replaced else None,
    }


def _key(number: int, row: Any) -> Key:
    try:
        secret = urlsafe_b64decode(row["secret"])
        made = datetime.fromisoformat(row["made"]) if row["made"] else None
        replaced = datetime.fromisoformat(row["replaced"]) if row["replaced"] else None
        key = Key(str(row["id"]), secret, row["purpose"], made, bool(row["current"]), replaced)
    except (KeyError, TypeError, ValueError):
        # What the parser complains about may be the secret itself.
        raise ValueError(f"entry {number} cannot be read") from None
    if key.purpose not in PURPOSES or len(secret) != SECRET_BYTES:
        raise ValueError(f"entry {number} has an unknown purpose or a secret that is not {SECRET_BYTES} bytes long")
    return key

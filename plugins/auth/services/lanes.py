"""Under which keys attempts are counted: an attacker elsewhere fills lanes that the person isn't in."""

import hashlib
from dataclasses import dataclass
from typing import Final

from host import Credentials
from plugins.auth.services.networks import network_of

_ACCOUNT_FREE: Final = 5
_DEVICE_FREE: Final = 8
_NETWORK_FREE: Final = 40
_CODE_FREE: Final = 5
_CODES_FREE: Final = 20


@dataclass(frozen=True, slots=True)
class Lane:
    """Something that attempts are counted under.

    Args:
        key: a digest; what was typed and from where can't be read from it.
        free: attempts before the first delay.
        shared: whether others' attempts are counted in it too, so that success takes back one's own only.
    """

    key: bytes
    free: int
    shared: bool = False


def password_lanes(login_key: str, credentials: Credentials, *, known_device: bool) -> tuple[Lane, ...]:
    """Return the lanes of an attempt with a password.

    Args:
        known_device: whether this account was signed in on the device before: it has a lane of its own, which
            nobody without the device's cookie can fill.
    """
    if known_device:
        return (_lane("device", login_key, credentials.device, free=_DEVICE_FREE),)
    network = network_of(credentials.client)
    return (
        _lane("account", login_key, network, free=_ACCOUNT_FREE),
        _lane("network", network, free=_NETWORK_FREE, shared=True),
    )


def code_lanes(user_id: str, credentials: Credentials, *, known_device: bool) -> tuple[Lane, ...]:
    """Return the lanes of an attempt with a code, which only who knows the password can make.

    A million codes are few for somebody with many networks: strange devices share a lane as well.
    """
    if known_device:
        return (_lane("code device", user_id, credentials.device, free=_DEVICE_FREE),)
    return (
        _lane("code", user_id, network_of(credentials.client), free=_CODE_FREE),
        _lane("codes", user_id, free=_CODES_FREE, shared=True),
    )


def _lane(*parts: str, free: int, shared: bool = False) -> Lane:
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()
    return Lane(digest, free, shared)

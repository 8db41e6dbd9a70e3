"""What can be wrong with keys; no message ever holds key material."""

from typing import ClassVar

from host.errors import HostError


class KeyringError(HostError):
    """The key file is missing, cannot be read, or was asked for something impossible."""

    exit_code: ClassVar[int] = 3


class UnknownKeyError(KeyringError):
    """Something names a key that the key file doesn't hold."""


class UnreadableTokenError(KeyringError):
    """A value that should be encrypted was changed, belongs elsewhere, or is no token at all."""

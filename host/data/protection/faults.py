"""What an encrypted column refuses, told without the value: none of these errors is wrapped with its parameters."""

from typing import ClassVar

from sqlalchemy.exc import DontWrapMixin

from host.errors import HostError


class EncryptedColumnError(DontWrapMixin, HostError):
    """An encrypted column was used for something that it cannot do."""


class EncryptedValueError(DontWrapMixin, HostError):
    """A value doesn't fit its encrypted column."""

    exit_code: ClassVar[int] = 3


class EqualValuesError(HostError):
    """Two rows came to hold a value that only one may hold, under indexes of different keys."""


def no_text(where: str) -> EncryptedValueError:
    """Return the error for a text that no encoding can hold."""
    what = f"{where} takes text; what it was given holds half a character (a lone surrogate)."
    return EncryptedValueError(what, remedy='Decode it with errors="replace" where it comes from.')

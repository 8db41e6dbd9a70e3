"""The error hierarchy: every error carries a text that is safe to show and an id that leads to its log line."""

import secrets
from typing import ClassVar


def new_error_id() -> str:
    """Return a short id that a person can read out, such as ``E-7K2M9QXA``."""
    alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    return "E-" + "".join(secrets.choice(alphabet) for _ in range(8))


class HostError(Exception):
    """Base of every error the host raises on purpose.

    Args:
        message: for operators and logs: what is wrong and where.
        remedy: how to fix it.

    The class attribute `user_message` is what an end user may see: it holds no internals.
    """

    user_message: ClassVar[str] = "Something went wrong. Nothing you entered was lost."
    exit_code: ClassVar[int] = 1
    # A subclass whose constructor forgets this one is still an error that can be told.
    message: str = ""
    remedy: str = ""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class ConfigError(HostError):
    """Settings that cannot be used; carries every fault at once in `faults`."""

    exit_code = 3

    def __init__(self, faults: list[str], *, remedy: str = "") -> None:
        self.faults = faults
        super().__init__("; ".join(faults), remedy=remedy)


class NoContextError(HostError):
    """A façade was called outside a run, fragment, job or command."""


class PermissionDeniedError(HostError):
    """The principal lacks a permission."""

    user_message = "You may not do this."
    exit_code = 4


class CapabilityMissingError(HostError):
    """A capability was used that no active plugin provides."""

    user_message = "This function is switched off at the moment."


class ValidationError(HostError):
    """Input that cannot be accepted; `message` says what, where and how to fix it and may be shown."""

    exit_code = 3


class SchemaError(HostError):
    """The database's schema is not what this version needs."""


class PluginError(HostError):
    """A fault of one plugin; never of the app."""

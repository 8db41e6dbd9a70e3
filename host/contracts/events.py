"""The base of typed events between plugins."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Something that happened; subclass it as a frozen dataclass in a plugin's `api` module."""

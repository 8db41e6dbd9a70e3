"""How much a test may try: short in every run, long in `make test-long`."""

import os
from typing import Final, TypeVar

T = TypeVar("T")
LONG: Final = os.environ.get("HOLDFAST_LONG") == "1"


def effort(*, short: T, long: T) -> T:
    """Return what this run may do."""
    return long if LONG else short

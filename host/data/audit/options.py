"""The execution option with which a statement says that its caller records what it changes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

OPTION: Final = "holdfast_audited"
AUDITED: Final[Mapping[str, Any]] = MappingProxyType({OPTION: True})
"""``session.execute(statement, execution_options=AUDITED)``: the guard lets it pass; pair it with `record()`."""

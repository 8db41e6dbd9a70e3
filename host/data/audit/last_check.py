"""The last verification on this machine, kept in a file beside the anchor."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import final

from host.private_files import replace_private


@final
@dataclass(frozen=True, slots=True)
class LastCheck:
    """When it was and what it found.

    Args:
        at: ISO text in UTC.
    """

    at: str
    records: int
    fault_count: int

    def write(self, path: Path) -> None:
        """Keep it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_private(path, json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> "LastCheck | None":
        """Return the kept one; none if there is none that can be read."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

"""Compares the chain with the anchor file while it passes by."""

from collections.abc import Sequence
from pathlib import Path
from typing import final

from sqlalchemy import select
from sqlalchemy.orm import Session

from host.data.audit.anchor import Anchored
from host.data.audit.faults_found import FaultsFound
from host.data.audit.tables import AuditRow


@final
class AnchorCheck:
    """Holds the anchor's lines against the chain.

    Args:
        lines: as they stood before the chain was read.
        path: the file, for messages.
    """

    def __init__(self, lines: Sequence[Anchored], path: Path, found: FaultsFound) -> None:
        self._found = found
        self.compared = len(lines)
        for each in lines:
            if not each.genuine:
                found.forged(path, each.line)
        # Lines of several processes may stand in another order than their records.
        self._left = sorted((each for each in lines if each.genuine), key=lambda each: each.seq, reverse=True)

    def passed(self, seq: int, seal: str) -> None:
        """Compare the lines of one record, and those of records that should have come before it."""
        while self._left and self._left[-1].seq <= seq:
            each = self._left.pop()
            if each.seq == seq and each.seal != seal:
                self._found.rewritten(seq, each.line, each.at)

    def finish(self, session: Session, head: int) -> None:
        """Compare what is left: it lies beyond the chain's end, unless records were sealed since the chain was read."""
        for each in sorted(self._left, key=lambda each: each.seq)[-1:]:
            if session.scalar(select(AuditRow.seal).where(AuditRow.seq == each.seq)) is None:
                self._found.cut(head, each.seq, each.at)

"""Flags as one run sees them: what was asked once keeps its answer until the run's end, whatever operators do."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import final

from host.contributions import FlagValue
from host.kernel.flags.definition import Decision, Snapshot
from host.kernel.flags.evaluator import Evaluator
from host.kernel.flags.subject import Subject


@final
class FlagView(Mapping[str, FlagValue]):
    """Flag name → value for one subject at one moment.

    Args:
        snapshot: the flags as they were when the run began.
    """

    def __init__(self, evaluator: Evaluator, snapshot: Snapshot, subject: Subject) -> None:
        self.subject = subject
        self._evaluator = evaluator
        self._snapshot = snapshot
        self._at = datetime.now(UTC)
        self._decided: dict[str, Decision] = {}

    def decision(self, name: str) -> Decision:
        """Return a flag's value and what decided it.

        Raises:
            UnknownFlagError: no active plugin declares it.
        """
        found = self._decided.get(name)
        if found is None:
            answer = self._evaluator.decide(self._snapshot.of(name), self.subject, self._at)
            # Parts of a page may run in threads beside each other: the first answer holds for all.
            found = self._decided.setdefault(name, answer)
        return found

    def __getitem__(self, name: str) -> FlagValue:
        return self.decision(name).value

    def __iter__(self) -> Iterator[str]:
        return iter(self._snapshot.definitions)

    def __len__(self) -> int:
        return len(self._snapshot.definitions)

    def __contains__(self, name: object) -> bool:
        return name in self._snapshot.definitions

"""Holds revisions against the safety rules; a revision that says why a rule does not matter is believed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from host.data.migrate.revisions import Revision
from host.data.migrate.safety.changes import Change
from host.data.migrate.safety.recording import record
from host.data.migrate.safety.rules import RULES, Harm, Rule

UNEXAMINED: Final = "unexamined"


@final
@dataclass(frozen=True, slots=True)
class Risk:
    """A rule that a revision breaks.

    Args:
        target: whose revision.
        rule: its name in ``accepted_risks``.
        remedy: the safe way.
    """

    target: str
    revision: str
    path: Path
    line: int
    rule: str
    harm: Harm
    why: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.target} {self.revision} ({self.path.name}:{self.line})"
        return f"{where}: {self.why} [{self.rule}]. {self.remedy}".strip()


def judge(
    target: str,
    revisions: Sequence[Revision],
    dialect: str,
    *,
    together: bool,
    is_small: Callable[[str], bool] = lambda _table: False,
) -> list[Risk]:
    """Return the risks of running `revisions`.

    Args:
        target: whose they are.
        revisions: oldest first.
        dialect: of the database that they are for.
        together: whether they run in one go, so that a table of the first is new to the last.
        is_small: tells whether a table has so few rows that no lock on it lasts.
    """
    risks: list[Risk] = []
    new: set[str] = set()
    for revision in revisions:
        new = new if together else set()
        recording = record(revision, "upgrade", dialect)
        risks += _broken_by(target, revision, recording.changes, _Surroundings(dialect, new, is_small))
        if recording.fault and UNEXAMINED not in revision.accepted_risks:
            why = f"it does something that cannot be told without a database ({recording.fault})"
            risks.append(Risk(target, revision.id, revision.path, 0, UNEXAMINED, "form", why, _TELL))
    return risks


_TELL: Final = (
    "Ask op.get_context().dialect for the database; write rows in a backfill; or say in accepted_risks why it is safe."
)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """Where the steps run: on which database, beside which new and which small tables."""

    dialect: str
    new: set[str]
    is_small: Callable[[str], bool]

    def matters(self, rule: Rule, change: Change) -> bool:
        if self.dialect not in rule.dialects or (change.table in self.new and not rule.on_new_tables):
            return False
        return not (rule.harm == "blocks" and self.is_small(change.table))


def _broken_by(
    target: str, revision: Revision, changes: Sequence[Change], surroundings: _Surroundings
) -> Iterator[Risk]:
    for change in changes:
        if change.kind == "create table":
            surroundings.new.add(change.table)
        for rule in RULES:
            accepted = rule.name in revision.accepted_risks
            if not accepted and rule.applies(change, revision) and surroundings.matters(rule, change):
                why, remedy = rule.why.format(change=change), rule.remedy.replace("TARGET", target)
                yield Risk(target, revision.id, revision.path, change.line, rule.name, rule.harm, why, remedy)

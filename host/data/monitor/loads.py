"""Finds loops that ask the database once per item: lazy loads of one relationship, and one SELECT over and over."""

from collections import deque
from dataclasses import dataclass
from typing import Any, Final, final

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from host.data.audit.options import OPTION
from host.data.monitor.findings import REPEATED_SELECT_CURE, THRESHOLD, NPlusOne, lazy_load_cure
from host.data.monitor.shapes import Shapes
from host.data.monitor.tally import SILENT, Load, Repeat, Tally, current_tally, open_transaction, site_here

RELATIONSHIP_LOAD: Final = "holdfast_relationship_load"
"""Execution option of statements that load a relationship, so that they are not judged a second time."""
MOST_KEPT: Final = 500


@final
@dataclass(frozen=True, slots=True)
class Repeated:
    """A SELECT that ran often in one run; whether it could be one statement is judged later, in the background."""

    repeat: Repeat
    page: str
    plugin: str
    count: int


@final
class LoadWatch:
    """Counts loads in the tally of the run, or of the transaction outside a run.

    Args:
        shapes: tells what a statement selects by.
        strict: raise at the threshold instead of reporting at the end of the run.
    """

    def __init__(self, shapes: Shapes, *, strict: bool) -> None:
        self._shapes = shapes
        self._strict = strict
        self._found: Final[deque[NPlusOne | Repeated]] = deque(maxlen=MOST_KEPT)

    def listen(self, sessions: "sessionmaker[Session]") -> None:
        """Watch the sessions that `sessions` makes."""
        event.listen(sessions, "do_orm_execute", self._executing)

    def finish(self, tally: Tally) -> None:
        """Take over what a run or transaction did too often."""
        for load, count in tally.loads.items():
            if count >= THRESHOLD:
                self._found.append(_lazy_load(load, tally, count))
        for repeat, count in tally.repeats.items():
            # The first one went uncounted.
            if count >= THRESHOLD - 1:
                self._found.append(Repeated(repeat, tally.page, tally.plugin, count + 1))

    def take(self) -> list[NPlusOne]:
        """Return what was found since the last call."""
        found = [self._found.popleft() for _ in range(len(self._found))]
        return [each if isinstance(each, NPlusOne) else judged for each in found if (judged := self._judged(each))]

    def selected(self, tally: Tally, statement: str, context: Any) -> None:
        """Count a SELECT of an author's code; from its second time on also the line that it comes from.

        Raises:
            NPlusOneError: strict, and the same line has asked too often.
        """
        settled = tally.settled.get(statement)
        if settled is not None:
            tally.repeats[settled] += 1
            return
        times = tally.texts[statement] = tally.texts.get(statement, 0) + 1
        options = context.execution_options
        if times == 1 or options.get(RELATIONSHIP_LOAD) or options.get(OPTION):
            return
        repeat = Repeat(statement, site_here())
        count = tally.repeats[repeat] = tally.repeats.get(repeat, 0) + 1
        if count == times - 1 == THRESHOLD - 1:
            # Always the same line so far: it stands for the rest of the run, since looking it up is what costs most.
            tally.settled[statement] = repeat
        if self._strict and count >= THRESHOLD - 1:
            found = self._judged(Repeated(repeat, tally.page, tally.plugin, count + 1))
            if found is not None:
                raise found.error()

    def _executing(self, state: ORMExecuteState) -> None:
        if not state.is_relationship_load:
            return
        state.update_execution_options(**{RELATIONSHIP_LOAD: True})
        # An eager loader has no single object that it loads for.
        if state.lazy_loaded_from is None:
            return
        tally = _tally(state)
        if tally is None or tally is SILENT:
            return
        load = _load(state)
        count = tally.loads[load] = tally.loads.get(load, 0) + 1
        if self._strict and count >= THRESHOLD:
            raise _lazy_load(load, tally, count).error()

    def _judged(self, found: "NPlusOne | Repeated") -> NPlusOne | None:
        if isinstance(found, NPlusOne):
            return found
        shape = self._shapes.of(found.repeat.statement)
        if not shape.by_value:
            return None
        site = str(found.repeat.site)
        return NPlusOne(
            "repeated_select", site, found.page, found.plugin, shape.text, REPEATED_SELECT_CURE, found.count
        )


def _tally(state: ORMExecuteState) -> Tally | None:
    running = current_tally()
    if running is not None:
        return running
    transaction = open_transaction(state.session.connection())
    return transaction.tally if transaction is not None else None


def _load(state: ORMExecuteState) -> Load:
    path: Any = state.loader_strategy_path
    relation = path.prop
    return Load(relation.parent.class_.__name__, relation.key, site_here())


def _lazy_load(load: Load, tally: Tally, count: int) -> NPlusOne:
    subject = f"{load.owner}.{load.relationship}"
    cure = lazy_load_cure(load.owner, load.relationship)
    return NPlusOne("lazy_load", str(load.site), tally.page, tally.plugin, subject, cure, count)

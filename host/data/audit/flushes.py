"""What one flush of a session changed: the rows of every mapped table, with values before and after."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Connection, Table
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.base import LoaderCallableStatus

from host.data.audit.change import Action, Change
from host.data.audit.plans import State, TablePlan, new_key, old_key, plans
from host.data.audit.present import Present
from host.data.audit.rows import load

_UNKNOWN: Final = (
    LoaderCallableStatus.NO_VALUE,
    LoaderCallableStatus.PASSIVE_NO_RESULT,
    LoaderCallableStatus.NEVER_SET,
)
_ABSENT: Final = LoaderCallableStatus.NO_VALUE


@dataclass(slots=True)
class Flush:
    """What is known of a running flush.

    Args:
        before: values that an object had, of the attributes whose history the session doesn't keep.
        links: rows of association tables, which no object stands for.
    """

    before: dict[State, dict[str, Any]] = field(default_factory=dict)
    links: list[Change] = field(default_factory=list)

    def wrote(self, table: Table, context: Any) -> None:
        """Note a statement of the flush; those of mapped classes are told by their objects."""
        if "compiled_cache" in context.execution_options:
            return
        for values in context.compiled_parameters:
            self.links.append(_link(table, context, values))


_ACTION: Final = "holdfast.audit_action"


@contextmanager
def acting_as(session: Session, action: Action) -> Iterator[None]:
    """Record what the session flushes in the block under another name than insert and update."""
    session.info[_ACTION] = action
    try:
        yield
    finally:
        del session.info[_ACTION]


def remember(flush: Flush, state: State, connection: Connection, *, deleted: bool) -> None:
    """Keep what the database is about to forget: values of `state` that were never loaded, or change by themselves."""
    for plan in plans(state.mapper):
        kept = flush.before.setdefault(state, {})
        values, original = state.dict, state.committed_state
        whole = deleted or not original.keys().isdisjoint(plan.key)
        wanted = plan.columns.values() if whole else {*plan.quiet, *original} & set(plan.columns.values())
        for attribute in wanted:
            kept[attribute] = original.get(attribute, values.get(attribute, _ABSENT))
        missing = [each for each in wanted if any(kept[each] is unknown for unknown in _UNKNOWN)]
        if missing:
            row = load(connection, plan.table, [old_key(plan, state)], plan.of(missing))
            found = next(iter(row.values()), {})
            kept |= {plan.columns[name]: value for name, value in found.items()}


def changes(session: Session, flush: Flush, context: UOWTransaction) -> Iterator[Change]:
    """Return what the flush wrote; called when it is done but the session still knows the history."""
    flushed = next((state.mapper for state in context.states), None)
    connection = session.connection(bind_arguments={"mapper": flushed})
    action = session.info.get(_ACTION)
    for change in _changes(flush, context, connection):
        yield replace(change, action=action) if action and change.action != "delete" else change


def _changes(flush: Flush, context: UOWTransaction, connection: Connection) -> Iterator[Change]:
    replaced = {state.key: state for state, (deleted, switched) in context.states.items() if deleted and switched}
    flushed = sorted(context.states.items(), key=_order)
    written = [state for state, (deleted, listed_only) in flushed if not deleted and not listed_only]
    present = _present(connection, flush, written, replaced)
    for state, (deleted, _) in [each for each in flushed if not each[1][1]]:
        for plan in plans(state.mapper):
            if deleted:
                before = flush.before.get(state, {})
                yield Change(plan.table, old_key(plan, state), "delete", plan.named(before), None)
            elif state.key is None:
                yield _inserted(plan, state, present, _replaced(state, replaced))
            elif new_key(plan, state) != old_key(plan, state):
                yield Change(plan.table, old_key(plan, state), "delete", plan.named(flush.before[state]), None)
                after = present.values(plan, state, plan.attributes, fresh=False)
                yield Change(plan.table, new_key(plan, state), "insert", None, after)
            elif attributes := _told(plan, state, flush):
                yield _updated(plan, state, flush.before.get(state, {}), attributes, present)
    yield from flush.links


def _present(connection: Connection, flush: Flush, written: Iterable[State], replaced: Mapping[Any, State]) -> Present:
    present = Present(connection)
    for state in written:
        fresh = state.key is None and _replaced(state, replaced) is None
        for plan in plans(state.mapper):
            present.want(plan, state, _told(plan, state, flush), fresh=fresh)
    return present


def _told(plan: TablePlan, state: State, flush: Flush) -> Collection[str]:
    """Return the attributes that the record of a written object tells: all, or those that an update set."""
    if state.key is None or new_key(plan, state) != old_key(plan, state):
        return plan.attributes
    kept = flush.before.get(state, {})
    return [each for each in plan.attributes if each in kept or each in state.committed_state]


def _replaced(state: State, replaced: Mapping[Any, State]) -> State | None:
    return replaced.get(state.mapper.identity_key_from_instance(state.obj())) if replaced else None


def _order(item: tuple[State, Any]) -> int:
    return item[0].insert_order or 0


def _link(table: Table, context: Any, values: Mapping[str, Any]) -> Change:
    """Return the change of one row of an association table, from the parameters of the relationship's statement."""
    now = {column.name: values[column.key] for column in table.columns if column.key in values}
    if context.isupdate:
        old = {name: values[f"old_{table.columns[name].key}"] for name in now}
        return Change(table, tuple(old.values()), "update", old, now)
    whole = tuple(now[column.name] for column in table.primary_key.columns) or tuple(now.values())
    return Change(table, whole, "delete", now, None) if context.isdelete else Change(table, whole, "insert", None, now)


def _inserted(plan: TablePlan, state: State, present: Present, gone: State | None) -> Change:
    key = tuple([state.dict[attribute] for attribute in plan.key])
    after = present.values(plan, state, plan.attributes, fresh=gone is None)
    # An object deleted and another one added under its key, in one flush, become one UPDATE.
    if gone is None:
        return Change(plan.table, key, "insert", None, after)
    return Change(plan.table, key, "update", plan.named({**gone.dict, **gone.committed_state}), after)


def _updated(
    plan: TablePlan, state: State, kept: Mapping[str, Any], attributes: Collection[str], present: Present
) -> Change:
    before = {**{each: state.committed_state.get(each) for each in attributes}, **kept}
    after = present.values(plan, state, attributes, fresh=False)
    old = {name: before[plan.columns[name]] for name in after}
    return Change(plan.table, old_key(plan, state), _meant(old, after), old, after)


def _meant(before: Mapping[str, Any], after: Mapping[str, Any]) -> Action:
    if "deleted_at" not in after or (before["deleted_at"] is None) == (after["deleted_at"] is None):
        return "update"
    return "restore" if after["deleted_at"] is None else "soft_delete"

"""The values that rows have after a flush: those that objects hold, and those that only the database knows."""

from collections.abc import Collection
from typing import Any, final

from sqlalchemy import Connection, Table

from host.data.audit.plans import State, TablePlan, new_key
from host.data.audit.rows import load

_Asked = tuple[Table, tuple[str, ...]]


@final
class Present:
    """Asks the database once for all objects of a flush that lack values of the same columns.

    Args:
        connection: of the flush.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._wanted: dict[_Asked, list[tuple[Any, ...]]] = {}
        self._found: dict[_Asked, dict[tuple[Any, ...], dict[str, Any]]] = {}

    def want(self, plan: TablePlan, state: State, attributes: Collection[str], *, fresh: bool) -> None:
        """Say that `values()` will be called; say it of every object before the first call.

        Args:
            fresh: whether an INSERT wrote the row: what the object has no value for is then NULL, unless the
                database or SQLAlchemy had a default for it.
        """
        if missing := _missing(plan, state, attributes, fresh=fresh):
            self._wanted.setdefault((plan.table, missing), []).append(_key(plan, state))

    def values(self, plan: TablePlan, state: State, attributes: Collection[str], *, fresh: bool) -> dict[str, Any]:
        """Return the values of the columns of `attributes`."""
        known = state.dict.get
        if missing := _missing(plan, state, attributes, fresh=fresh):
            told = {name: known(each) for name, each in plan.columns.items() if each in attributes}
            return told | self._asked(plan.table, missing).get(_key(plan, state), {})
        if attributes is plan.attributes:
            return {name: known(each) for name, each in plan.columns.items()}
        return {name: known(each) for name, each in plan.columns.items() if each in attributes}

    def _asked(self, table: Table, missing: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
        asked = (table, missing)
        if asked not in self._found:
            self._found[asked] = load(self._connection, table, self._wanted[asked], missing)
        return self._found[asked]


def _missing(plan: TablePlan, state: State, attributes: Collection[str], *, fresh: bool) -> tuple[str, ...]:
    absent = [each for each in attributes if each not in state.dict]
    if fresh and absent:
        # What was given as an SQL expression is expired, not unset.
        absent = [each for each in absent if each not in plan.bare or each in state.expired_attributes]
    return tuple(plan.of(absent)) if absent else ()


def _key(plan: TablePlan, state: State) -> tuple[Any, ...]:
    return tuple([state.dict[each] for each in plan.key]) if state.key is None else new_key(plan, state)

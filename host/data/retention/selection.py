"""Which rows a policy touches: old enough, not held, and not needed by a row that stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, final

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Table, and_, exists, false, func, not_, or_, select, true

from host.data.audit.record_key import key_values
from host.data.protection.encrypted import Encrypted
from host.data.retention.policies import Policy

Held = Mapping[str, Sequence[str | None]]
"""Table name → keys of held rows; ``None`` among them holds the whole table."""


@final
class Selection:
    """The rows that a set of policies touches, as of one moment.

    Args:
        policies: all of them: what one removes no longer keeps what another one would remove.
        tables: every loaded table, for those that refer to a policy's rows.
        moment: what is older than a period counts from here.
        held: rows that nobody may touch.
    """

    def __init__(self, policies: Sequence[Policy], tables: Sequence[Table], moment: datetime, held: Held) -> None:
        self._policies = policies
        self._tables = tables
        self._moment = moment
        self._held = held

    def expired(self, policy: Policy) -> ColumnElement[bool]:
        """Return the condition for rows that are old enough, whatever keeps them."""
        declared, table = policy.declared, policy.table
        oldest = self._moment - declared.keep
        old = table.c[declared.age] < (oldest.date() if policy.dates else oldest)
        conditions = [old] if declared.condition is None else [old, declared.condition]
        if declared.action == "anonymise":
            conditions.append(or_(*(_differs(table.c[name], value) for name, value in declared.values.items())))
            # What is deleted anyway is not counted twice.
            conditions += [not_(self.due(each)) for each in self._deleting(table)]
        return and_(*conditions)

    def held(self, policy: Policy) -> ColumnElement[bool]:
        """Return the condition for rows under legal hold."""
        return self._is_held(policy.table)

    def due(self, policy: Policy) -> ColumnElement[bool]:
        """Return the condition for rows that go."""
        return self._due(policy, ())

    def _due(self, policy: Policy, above: tuple[Table, ...]) -> ColumnElement[bool]:
        free = and_(self.expired(policy), not_(self._is_held(policy.table)))
        if policy.declared.action != "delete":
            return free
        return and_(free, *(not_(each) for each in self._needed(policy.table, above)))

    def _needed(self, table: Table, above: tuple[Table, ...]) -> list[ColumnElement[bool]]:
        """Return a condition for each foreign key: a row that stays refers to this one."""
        return [
            self._refers(constraint, child, table, above)
            for child in self._tables
            for constraint in child.foreign_key_constraints
            if constraint.referred_table is table
        ]

    def _refers(
        self, constraint: ForeignKeyConstraint, child: Table, table: Table, above: tuple[Table, ...]
    ) -> ColumnElement[bool]:
        if child is table or child in above:
            # A row and those that it refers to within a circle: none goes before the others.
            return self._from(child.alias(), constraint, table, true())
        goes = [self._due(each, (*above, table)) for each in self._deleting(child)]
        return self._from(child, constraint, table, not_(or_(*goes)) if goes else true())

    def _from(
        self, child: Any, constraint: ForeignKeyConstraint, table: Table, stays: ColumnElement[bool]
    ) -> ColumnElement[bool]:
        same = [child.c[element.parent.key] == element.column for element in constraint.elements]
        return exists(select(1).select_from(child).where(*same, stays).correlate(table))

    def _deleting(self, table: Table) -> list[Policy]:
        return [each for each in self._policies if each.table is table and each.declared.action == "delete"]

    def _is_held(self, table: Table) -> ColumnElement[bool]:
        keys = self._held.get(table.name, ())
        if None in keys:
            return true()
        own = list(table.primary_key.columns)
        rows = [key_values(table, key) for key in keys if key is not None]
        same = [and_(*(column == part for column, part in zip(own, row, strict=True))) for row in rows]
        return or_(*same) if same else false()


def _differs(column: Any, value: Any) -> ColumnElement[bool]:
    if value is None or isinstance(column.type, Encrypted):
        return column.is_not(None)  # type: ignore[no-any-return]
    return column.is_distinct_from(value)  # type: ignore[no-any-return]


def counted(policy: Policy, condition: ColumnElement[bool]) -> Any:
    """Return the statement that counts a policy's rows."""
    return select(func.count()).select_from(policy.table).where(condition)

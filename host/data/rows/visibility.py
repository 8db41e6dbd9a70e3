"""Leaves softly deleted rows out of every ORM read: selects, counts, joins, eager and lazy loads."""

from typing import TYPE_CHECKING, Final, final

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, UserDefinedOption, with_loader_criteria

from host.data.rows.mixins import SoftDelete

if TYPE_CHECKING:
    from host.data.database import Database


@final
class _IncludeDeleted(UserDefinedOption):
    """Asks for deleted rows too; goes along to the lazy loads of what was read with it."""

    propagate_to_loaders = True


INCLUDE_DELETED: Final = _IncludeDeleted()
"""``select(Article).options(INCLUDE_DELETED)`` reads deleted rows too."""
_LIVE_ONLY: Final = with_loader_criteria(
    SoftDelete, lambda model: model.deleted_at.is_(None), include_aliases=True, propagate_to_loaders=False
)


@final
class LiveRowsOnly:
    """Installs the rule in both session makers of a database."""

    def attach(self, database: "Database") -> None:
        """Listen to every ORM statement."""
        for maker in (database.writing, database.reading):
            event.listen(maker, "do_orm_execute", _hide_deleted)


def _hide_deleted(state: ORMExecuteState) -> None:
    # A column load refreshes a row that is already held: hiding it would look like a lost row.
    if not state.is_select or state.is_column_load or not SoftDelete.__subclasses__():
        return
    if INCLUDE_DELETED not in state.user_defined_options:
        state.statement = state.statement.options(_LIVE_ONLY)

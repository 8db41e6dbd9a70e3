"""Runs a revision against no database: what it would do, line by line, and the SQL that it would send."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Any, Literal, final

import alembic.op  # noqa: F401 -- fills the table below
from alembic.operations import BatchOperations, Operations, ops
from alembic.operations.batch import BatchOperationsImpl
from alembic.runtime.migration import MigrationContext
from alembic.util.langhelpers import ModuleClsProxy

from host.data.migrate.lock import one_at_a_time
from host.data.migrate.revisions import Revision
from host.data.migrate.safety.changes import Change
from host.data.migrate.safety.from_operations import read_operation

Direction = Literal["upgrade", "downgrade"]


@final
@dataclass(frozen=True, slots=True)
class Recording:
    """What a revision does.

    Args:
        changes: in order.
        sql: the statements; as far as they can be told without a database.
        fault: why no more could be told; empty when everything was.
    """

    changes: tuple[Change, ...]
    sql: str
    fault: str = ""


def record(revision: Revision, direction: Direction, dialect: str) -> Recording:
    """Run one direction of `revision` offline; it must do nothing but through alembic's `op`.

    Args:
        revision: to be looked at.
        direction: which of its functions.
        dialect: ``postgresql`` or ``sqlite``.
    """
    buffer = StringIO()
    context = MigrationContext.configure(
        dialect_name=dialect, opts={"as_sql": True, "output_buffer": buffer, "literal_binds": True}
    )
    recorder = _Recorder(context, revision.path)
    with one_at_a_time:
        recorder._install_proxy()
        try:
            getattr(revision.module, direction)()
            fault = ""
        except (Exception, SystemExit) as error:
            fault = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        finally:
            recorder._remove_proxy()
    return Recording(tuple(recorder.changes()), buffer.getvalue(), fault)


class _Recorder(Operations):
    """Notes each operation with its line before it is rendered."""

    def __init__(self, context: MigrationContext, path: Path) -> None:
        super().__init__(context)
        self._path = path
        self._seen: list[tuple[ops.MigrateOperation, int]] = []

    def note(self, operation: ops.MigrateOperation) -> None:
        self._seen.append((operation, _line_in(self._path)))

    def invoke(self, operation: Any) -> Any:
        self.note(operation)
        return super().invoke(operation)

    @contextmanager
    def batch_alter_table(
        self, table_name: str, schema: str | None = None, recreate: Any = "auto", *_: Any, **__: Any
    ) -> Iterator[BatchOperations]:
        options: tuple[Any, ...] = (recreate, None, (), {}, (), {}, None, ())
        implementation = BatchOperationsImpl(  # type: ignore[no-untyped-call]
            self, table_name, schema, *options
        )
        yield _BatchRecorder(self, implementation)
        # On SQLite it would copy the table as it is, which only a database can tell.
        if self.migration_context.impl.__dialect__ != "sqlite" and recreate != "always":
            implementation.flush()

    def get_bind(self) -> Any:
        """Return what notes statements, too; whoever wants an answer of a database goes away empty-handed."""
        return _Bind(self)

    def changes(self) -> Iterator[Change]:
        """Yield what was noted, as changes."""
        dialect = self.migration_context.dialect
        for operation, line in self._seen:
            yield from read_operation(operation, line, dialect)


# alembic's module `op` knows its own class only; it is told here that this one may stand in for it.
ModuleClsProxy._setups[_Recorder] = ModuleClsProxy._setups[Operations]


@dataclass(frozen=True)
class _Bind:
    """Stands in for a connection."""

    recorder: _Recorder

    @property
    def dialect(self) -> Any:
        return self.recorder.migration_context.dialect

    def execute(self, statement: Any, *_: Any, **__: Any) -> None:
        self.recorder.execute(statement)

    exec_driver_sql = execute


class _BatchRecorder(BatchOperations):
    def __init__(self, recorder: _Recorder, implementation: BatchOperationsImpl) -> None:
        super().__init__(recorder.migration_context, impl=implementation)
        self._recorder = recorder

    def invoke(self, operation: Any) -> Any:
        self._recorder.note(operation)
        return super().invoke(operation)


def _line_in(path: Path) -> int:
    """Return the innermost line of `path` that runs right now."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if Path(frame.f_code.co_filename) == path:
            return frame.f_lineno
        frame = frame.f_back
    return 0

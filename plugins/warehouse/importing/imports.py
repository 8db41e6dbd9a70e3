"""Imports: begun by storing the file, driven step by step by whoever looks, finished by one transaction."""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, Literal, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from host import Blob, BlobStore, Database, EventBus, UnitOfWork, authorize
from plugins.warehouse.api import ArticleImported
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.faults import Fault, InputError, refuse
from plugins.warehouse.import_models import Import, ImportFault
from plugins.warehouse.importing.applying import apply
from plugins.warehouse.importing.batch import Batch, read_batch
from plugins.warehouse.importing.dialect import Dialect, sniff
from plugins.warehouse.importing.headings import Columns
from plugins.warehouse.importing.staging import discard, stage
from plugins.warehouse.services.article_input import short
from plugins.warehouse.services.paging import Part, Window, read_part
from plugins.warehouse.settings import WarehouseSettings

State = Literal["reading", "ready", "deciding", "applied", "discarded", "failed"]
RUNNING: Final[frozenset[State]] = frozenset({"reading", "ready"})
UNFINISHED: Final[frozenset[State]] = RUNNING | {"deciding"}
MEGABYTE: Final = 1_000_000
FAULT_SORTS: Final = {"line": ImportFault.line}
SORTS: Final = {"started": Import.id}


class Imports:
    """Takes files of articles.

    A file goes through ``reading`` (rows are checked and staged), then ``ready``, or ``deciding`` where rows are
    bad and nobody has decided; then ``applied`` or ``discarded``. Articles change at ``applied`` only, all at once.
    """

    def __init__(self, database: Database, blobs: BlobStore, events: EventBus, settings: WarehouseSettings) -> None:
        self._database = database
        self._blobs = blobs
        self._events = events
        self._settings = settings

    def begin(self, name: str, chunks: Iterable[bytes], *, keep_good: bool = False) -> Import:
        """Store a file and note that it is to be imported; reads no row yet.

        Args:
            chunks: the file's content.
            keep_good: decided beforehand: take the good rows even if some are bad.

        Raises:
            InputError: it is too large, no table, or lacks a column; nothing is kept then.
        """
        by = authorize("warehouse.import").name
        self._database.require_writable()
        blob = self._blobs.put(self._limited(chunks))
        try:
            with self._blobs.open(blob.id) as file:
                dialect = sniff(file)
        except InputError:
            self._forget(blob.id)
            raise

        def work(unit: UnitOfWork) -> Import:
            import_ = _noted(dialect, blob, name, by, keep_good=keep_good)
            unit.session.add(import_)
            unit.session.flush()
            return import_

        return self._database.run_tx(work)

    def step(self, import_id: int) -> Import:
        """Take the import one batch further and return it as it is then; one that waits or is finished stays.

        Safe to call from anywhere at any time: the batch counts only if the cursor is still where it was read.
        """
        authorize("warehouse.import")
        import_ = self.get(import_id)
        if import_.state == "ready":
            return self._database.run_tx(lambda unit: self._apply(unit, import_id))
        if import_.state != "reading":
            return import_
        try:
            with self._blobs.open(import_.blob_id) as file:
                batch = read_batch(file, _dialect(import_), self._settings.import_batch_rows)
        except FileNotFoundError:
            return self._database.run_tx(lambda unit: _fail(unit.session, import_id))
        return self._database.run_tx(lambda unit: _staged(unit.session, import_, batch))

    def advance(self, import_id: int, seconds: float) -> Import:
        """Take steps for about `seconds`, at least one; returns earlier when there is nothing to do."""
        until = time.monotonic() + seconds
        import_ = self.step(import_id)
        while import_.state in RUNNING and time.monotonic() < until:
            import_ = self.step(import_id)
        return import_

    def decide(self, import_id: int, *, keep_good: bool) -> Import:
        """Answer for an import with bad rows: take the good ones, or none. The first answer counts."""
        authorize("warehouse.import")

        def work(unit: UnitOfWork) -> Import:
            import_ = _locked(unit.session, import_id)
            if import_.state == "deciding" and keep_good:
                import_.keep_good = True
                return self._apply(unit, import_id)
            if import_.state in UNFINISHED and not keep_good:
                return self._finish(unit, import_, "discarded")
            return import_

        return self._database.run_tx(work)

    def get(self, import_id: int) -> Import:
        """Return an import as it is now; `InputError` if there is none."""
        authorize("warehouse.import")
        with self._database.begin(readonly=True) as unit:
            found = unit.session.get(Import, import_id, populate_existing=True)
        if found is None:
            raise refuse("warehouse.error.no_import", number=import_id)
        return found

    def recent(self, limit: int = 10) -> list[Import]:
        """Return the imports begun last, the newest first."""
        authorize("warehouse.import")
        with self._database.begin(readonly=True) as unit:
            return list(unit.session.scalars(select(Import).order_by(Import.id.desc()).limit(limit)))

    def unfinished(self) -> list[Import]:
        """Return the imports that read, or wait for a decision, the oldest first."""
        authorize("warehouse.import")
        query = select(Import).where(Import.state.in_(UNFINISHED)).order_by(Import.id)
        with self._database.begin(readonly=True) as unit:
            return list(unit.session.scalars(query))

    def faults(self, import_id: int, window: Window) -> Part[AnyRow]:
        """Return one page of the reasons why rows were refused: line, column, value, text key and its fields."""
        authorize("warehouse.import")
        query = select(ImportFault.id, ImportFault.line, ImportFault.column, ImportFault.value)
        query = query.add_columns(ImportFault.key, ImportFault.fields).where(ImportFault.import_id == import_id)
        with self._database.begin(readonly=True) as unit:
            return read_part(unit.session, query, window, FAULT_SORTS)

    def _limited(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        size, most = 0, self._settings.import_max_mb * MEGABYTE
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise refuse("warehouse.error.file_large", "file", most=self._settings.import_max_mb)
            yield chunk

    def _apply(self, unit: UnitOfWork, import_id: int) -> Import:
        import_ = _locked(unit.session, import_id)
        if import_.state not in {"ready", "deciding"}:
            return import_
        apply(unit.session, import_, datetime.now(UTC))
        discard(unit.session, import_)
        self._events.publish(ArticleImported(import_.id, import_.created, import_.updated))
        return self._finish(unit, import_, "applied")

    def _finish(self, unit: UnitOfWork, import_: Import, state: State) -> Import:
        if state == "discarded":
            discard(unit.session, import_)
        import_.state, import_.finished_at = state, datetime.now(UTC)
        unit.session.flush()
        unit.after_commit(lambda: self._forget(import_.blob_id))
        return import_

    def _forget(self, blob_id: str) -> None:
        """Delete a stored file that no unfinished import reads."""
        query = select(func.count()).where(Import.blob_id == blob_id, Import.state.in_(UNFINISHED))
        with self._database.begin(readonly=True) as unit:
            wanted = unit.session.scalar(query)
        if not wanted:
            self._blobs.delete(blob_id)


def fault_text(row: AnyRow, language: str) -> str:
    """Return the reason of one row that `Imports.faults` returned, in `language`."""
    return Fault(row.key, "", row.fields).render(language)


def _noted(dialect: Dialect, blob: Blob, name: str, by: str, *, keep_good: bool) -> Import:
    return Import(
        blob_id=blob.id,
        name=short("".join(mark for mark in name if mark.isprintable()), 200),
        state="reading",
        size=blob.size,
        cursor=dialect.offset,
        line=dialect.line,
        encoding=dialect.encoding,
        delimiter=dialect.delimiter,
        columns=list(dialect.columns.fields),
        headings=list(dialect.columns.headings),
        keep_good=keep_good,
        by=by,
        started_at=datetime.now(UTC),
    )


def _dialect(import_: Import) -> Dialect:
    columns = Columns(import_.headings, import_.columns)
    return Dialect(import_.encoding, import_.delimiter, columns, import_.cursor, import_.line)


def _staged(session: Session, read: Import, batch: Batch) -> Import:
    """Store a batch if the cursor is still where it was read; otherwise somebody else was faster."""
    moved = (
        update(Import)
        .where(Import.id == read.id, Import.state == "reading", Import.cursor == read.cursor, Import.line == read.line)
        .values(cursor=batch.end, line=batch.line)
        .execution_options(synchronize_session=False)
    )
    won = cast("CursorResult[int]", session.execute(moved)).rowcount == 1
    import_ = _locked(session, read.id)
    if won:
        stage(session, import_, batch)
        if batch.finished:
            import_.state = "deciding" if import_.rows_bad and not import_.keep_good else "ready"
        session.flush()
    return import_


def _fail(session: Session, import_id: int) -> Import:
    import_ = _locked(session, import_id)
    if import_.state != "reading":
        return import_  # somebody else finished it, which is why the file is gone
    discard(session, import_)
    import_.state, import_.reason = "failed", "warehouse.error.file_gone"
    import_.finished_at = datetime.now(UTC)
    return import_


def _locked(session: Session, import_id: int) -> Import:
    found = session.get(Import, import_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise refuse("warehouse.error.no_import", number=import_id)
    return found

"""Reads one batch of a file and checks its rows; what depends on the database is checked when it is staged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, Final

from plugins.warehouse.faults import Fault, InputError
from plugins.warehouse.importing.dialect import Dialect, decimal_mark
from plugins.warehouse.importing.records import Record, read_records
from plugins.warehouse.services.article_input import ArticleInput, read_article, short

SHOWN: Final = 60
"""Characters of a bad value that are kept."""


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that may become an article."""

    line: int
    article: ArticleInput


@dataclass(frozen=True, slots=True)
class BadCell:
    """Why a row isn't taken: line, heading of the column (empty for the whole row), value, reason."""

    line: int
    column: str
    value: str
    reason: Fault


@dataclass(slots=True)
class Batch:
    """What one step read.

    Args:
        end: byte offset behind it.
        line: number of the line behind it.
        finished: whether the file ends here.
        bad_rows: rows that are refused; each has one or more bad cells.
    """

    end: int
    line: int
    finished: bool = False
    good: list[GoodRow] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)
    bad_rows: int = 0

    def refuse(self, line: int, cells: Sequence[BadCell]) -> None:
        """Count a row as bad."""
        self.bad_rows += 1
        self.bad += cells


def read_batch(file: BinaryIO, dialect: Dialect, rows: int) -> Batch:
    """Read and check at most `rows` rows from the dialect's offset on."""
    batch = Batch(dialect.offset, dialect.line)
    found = read_records(file, dialect.offset, dialect.line, dialect.encoding, dialect.delimiter)
    taken = 0
    for record in islice(found, rows):
        taken += 1
        batch.end, batch.line = record.end, record.next_line
        _take(batch, record, dialect)
    batch.finished = taken < rows
    return batch


def _take(batch: Batch, record: Record, dialect: Dialect) -> None:
    if record.fault:
        batch.refuse(record.line, [BadCell(record.line, "", "", Fault(record.fault))])
        return
    if not any(value.strip() for value in record.values):
        return
    surplus = record.values[len(dialect.columns.fields) :]
    if any(value.strip() for value in surplus):
        counts = {"found": str(len(record.values)), "wanted": str(len(dialect.columns.fields))}
        fault = Fault("warehouse.error.too_many_cells", "", counts)
        batch.refuse(record.line, [BadCell(record.line, "", short(surplus[0], SHOWN), fault)])
        return
    _check(batch, record, dialect)


def _check(batch: Batch, record: Record, dialect: Dialect) -> None:
    pairs = zip(dialect.columns.fields, record.values, strict=False)
    values = {name: value for name, value in pairs if name is not None}
    try:
        batch.good.append(GoodRow(record.line, read_article(values, decimal_mark(dialect.delimiter))))
    except InputError as error:
        headings = dict(zip(dialect.columns.fields, dialect.columns.headings, strict=True))
        cells = [
            BadCell(record.line, headings.get(fault.field, ""), short(values.get(fault.field, ""), SHOWN), fault)
            for fault in error.faults
        ]
        batch.refuse(record.line, cells)

"""Reads the records of a CSV file from any byte offset, so that reading can go on where it stopped."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

LONGEST_LINE: Final = 1_000_000
"""Bytes that a line may have; a longer one is no table of articles."""
LONGEST_RECORD: Final = 200
"""Lines that a quoted record may span before its quote counts as never closed."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Args:
        line: number of its first line, counted from 1.
        values: its cells; empty for a blank line.
        end: byte offset behind it.
        next_line: number of the line behind it.
        fault: text key of why it can't be read, else empty.
    """

    line: int
    values: list[str]
    end: int
    next_line: int
    fault: str = ""


class _Lines:
    """Hands lines to the CSV reader and remembers how far it went."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._encoding = encoding
        self.ends: list[int] = []
        self._end = file.tell()

    def __iter__(self) -> Iterator[str]:
        while raw := self._file.readline(LONGEST_LINE):
            self._end += len(raw)
            self.ends.append(self._end)
            if len(self.ends) > LONGEST_RECORD or (len(raw) == LONGEST_LINE and not raw.endswith(b"\n")):
                raise csv.Error("record too long")
            yield raw.decode(self._encoding)


def read_records(file: BinaryIO, offset: int, line: int, encoding: str, delimiter: str) -> Iterator[Record]:
    """Yield the records from `offset` on.

    A record that can't be read is yielded with its fault, and reading goes on behind its first line: one quote too
    many costs one row, not the rest of the file.

    Args:
        line: number of the line at `offset`.
        encoding: ``utf-8`` or ``cp1252``, in which a line feed is always the byte 10.
    """
    while True:
        file.seek(offset)
        lines = _Lines(file, encoding)
        for record in _parsed(lines, line, delimiter):
            yield record
            offset, line = record.end, record.next_line
            if record.fault:
                break
        else:
            return


def _parsed(lines: _Lines, line: int, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    while True:
        lines.ends.clear()
        try:
            values = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeDecodeError) as error:
            key = "warehouse.error.quote" if isinstance(error, csv.Error) else "warehouse.error.characters"
            yield Record(line, [], lines.ends[0], line + 1, key)
            return
        yield Record(line, values, lines.ends[-1], line + len(lines.ends))
        line += len(lines.ends)

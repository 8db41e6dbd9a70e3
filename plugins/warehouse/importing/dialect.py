"""Finds out how a file is written: encoding, delimiter, heading; nothing is stored."""

import codecs
from dataclasses import dataclass
from typing import BinaryIO, Final

from plugins.warehouse.amounts import DecimalMark
from plugins.warehouse.faults import refuse
from plugins.warehouse.importing.headings import Columns, read_columns
from plugins.warehouse.importing.records import Record, read_records

DELIMITERS: Final = (";", ",", "\t")
CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written, and where its first row begins.

    Args:
        offset: byte offset of the first row.
        line: number of the first row's line.
    """

    encoding: str
    delimiter: str
    columns: Columns
    offset: int
    line: int


def decimal_mark(delimiter: str) -> DecimalMark:
    """Return the decimal mark that goes with a delimiter: programs that write ``;`` write the comma, too."""
    return "," if delimiter == ";" else "."


def sniff(file: BinaryIO) -> Dialect:
    """Look at a file.

    Raises:
        InputError: it is empty, no text, or lacks a needed column.
    """
    head = file.read(4)
    if not head.strip():
        raise refuse("warehouse.error.file_empty", "file")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refuse("warehouse.error.file_kind", "file")
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    encoding = _encoding(file)
    found = [_heading(file, start, encoding, delimiter) for delimiter in DELIMITERS]
    delimiter, heading = max(zip(DELIMITERS, found, strict=True), key=lambda each: read_columns(each[1].values).known)
    columns = read_columns(heading.values)
    columns.require_complete()
    return Dialect(encoding, delimiter, columns, heading.end, heading.next_line)


def _encoding(file: BinaryIO) -> str:
    """Return ``utf-8`` if the whole file is, else ``cp1252``, which Windows programs write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:
                raise refuse("warehouse.error.file_kind", "file")
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _heading(file: BinaryIO, start: int, encoding: str, delimiter: str) -> Record:
    """Return the first record that isn't blank."""
    for record in read_records(file, start, 1, encoding, delimiter):
        if record.fault or any(value.strip() for value in record.values):
            return record
    raise refuse("warehouse.error.file_empty", "file")

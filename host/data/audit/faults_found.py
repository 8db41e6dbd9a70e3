"""Collects the faults of a chain in words that name the record."""

from pathlib import Path
from typing import final

from host.data.audit.chaining import StoredRecord
from host.data.audit.verification import LISTED, ChainFault


@final
class FaultsFound:
    """The first faults, and how many there are."""

    def __init__(self) -> None:
        self.listed: list[ChainFault] = []
        self.count = 0

    def changed(self, row: StoredRecord) -> None:
        """A record isn't what the app wrote under this id."""
        what = f"{_name(row)} was changed after it was written, or was not written by the app"
        self._add(ChainFault("changed", what, row.seq, row.id))

    def reordered(self, row: StoredRecord) -> None:
        """A record stands at a place it wasn't sealed at."""
        what = f"{_name(row)} does not follow the record before it: moved, sealed by somebody else, or its seal changed"
        self._add(ChainFault("reordered", what, row.seq, row.id))

    def without_key(self, row: StoredRecord) -> None:
        """The key of a record is gone, so that nobody can tell."""
        what = f"{_name(row)} names the key {row.key_id!r}, which is not in the key file"
        self._add(ChainFault("key", what, row.seq, row.id))

    def missing(self, first: int, last: int) -> None:
        """Places of the chain without a record."""
        what = f"record {first} was removed" if first == last else f"records {first} to {last} were removed"
        self._add(ChainFault("missing", what, first))

    def cut(self, head: int, seq: int, at: str) -> None:
        """The chain ends before what was anchored."""
        what = f"the chain ends at {head}, but reached {seq} on {at}: its end was removed"
        self._add(ChainFault("cut", what, head + 1))

    def rewritten(self, seq: int, line: int, at: str) -> None:
        """A record has another seal than the anchor says."""
        what = f"record {seq} is not the one that stood there on {at} (anchor line {line}): the chain was written anew"
        self._add(ChainFault("anchor", what, seq))

    def forged(self, path: Path, line: int) -> None:
        """A line of the anchor file wasn't written by the app, or was cut short."""
        self._add(ChainFault("anchor", f"line {line} of {path} was changed or cut short"))

    def _add(self, fault: ChainFault) -> None:
        self.count += 1
        if self.count <= LISTED:
            self.listed.append(fault)


def _name(row: StoredRecord) -> str:
    place = "unsealed record" if row.seq is None else f"record {row.seq}"
    return f"{place} (id {row.id}, {row.action} of {row.table_name} {row.record_key})"

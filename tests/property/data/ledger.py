"""What rows, audit and callbacks must be: the model in plain Python that the repository is compared with."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

Told = tuple[str, str, str, tuple[tuple[str, Any], ...], tuple[tuple[str, Any], ...]]
"""Table, key, action, old values, new values."""
SEEN = ("number", "name", "stock", "version", "customer", "text", "order_id", "deleted_by")
"""Fields that the audit is compared by."""
ACTOR = "anna"


def told(table: str, key: Any, action: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Told:
    """Return one audit row, of an update only what differs."""
    before, after = old or {}, new or {}
    if old is not None and new is not None:
        changed = [name for name in new if old.get(name) != new[name]]
        before, after = {name: old.get(name) for name in changed}, {name: new[name] for name in changed}
    return table, str(key), action, _listed(before), _listed(after)


def _listed(values: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((name, value) for name, value in values.items() if name in SEEN))


@dataclass
class Ledger:
    """The state inside the innermost open unit.

    Args:
        tables: table → key → fields; ``batch`` is the number under which a row is deleted.
        audit: what was told since the beginning.
        called: callbacks that wait for the outer commit.
    """

    tables: dict[str, dict[int, dict[str, Any]]] = field(
        default_factory=lambda: {"test_article": {}, "test_order": {}, "test_line": {}}
    )
    audit: list[Told] = field(default_factory=list)
    called: list[int] = field(default_factory=list)

    def copy(self) -> "Ledger":
        """Return what a savepoint starts from."""
        return deepcopy(self)

    def live(self, table: str) -> dict[int, dict[str, Any]]:
        """Return the rows that reads show."""
        return {key: row for key, row in self.tables[table].items() if row["batch"] is None}

    def numbers(self) -> dict[str, int]:
        """Return number → key of the live articles."""
        return {row["number"]: key for key, row in self.live("test_article").items()}

    def insert(self, table: str, key: int, **fields: Any) -> None:
        """Store a row."""
        row = {**fields, "batch": None, "deleted_by": None}
        if table == "test_article":
            row["version"] = 1
        self.tables[table][key] = row
        self.audit.append(told(table, key, "insert", None, row))

    def update(self, table: str, key: int, changes: dict[str, Any], action: str = "update") -> bool:
        """Change a row and tell whether it differs now."""
        row = self.tables[table][key]
        old = dict(row)
        changed = {name for name, value in changes.items() if row[name] != value}
        if not changed:
            return False
        row.update(changes)
        if table == "test_article" and changed != {"stock"}:
            row["version"] += 1
        self.audit.append(told(table, key, action, old, row))
        return True

    def delete(self, table: str, key: int) -> None:
        """Remove a row, and the lines of an order."""
        if table == "test_order":
            for line in [line for line, row in self.tables["test_line"].items() if row["order_id"] == key]:
                self.delete("test_line", line)
        self.audit.append(told(table, key, "delete", self.tables[table].pop(key), None))

    def mark(self, table: str, key: int, batch: Any) -> None:
        """Delete a row softly, and the live lines of an order."""
        self.update(table, key, {"batch": batch, "deleted_by": ACTOR}, "soft_delete")
        if table == "test_order":
            for line, row in self.live("test_line").items():
                if row["order_id"] == key:
                    self.mark("test_line", line, batch)

    def unmark(self, batch: Any) -> int:
        """Bring a batch back."""
        every = [(table, key, row) for table, rows in self.tables.items() for key, row in rows.items()]
        found = [(table, key) for table, key, row in every if row["batch"] == batch]
        for table, key in found:
            self.update(table, key, {"batch": None, "deleted_by": None}, "restore")
        return len(found)

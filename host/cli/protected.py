"""What the commands about keys work on: the database, the keys, and every loaded table with encrypted columns."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from host.cli.ground import ground

if TYPE_CHECKING:
    from collections import Counter

    from host.data import Database
    from host.data.protection.declared import ProtectedTable
    from host.kernel.report import PluginStatus
    from host.security import Keyring


@dataclass(frozen=True, slots=True)
class Protected:
    """What is protected, and with what.

    Args:
        tables: every loaded table with encrypted columns.
        out: the plugins that are not loaded.
        anchor: the audit's anchor file.
    """

    database: "Database"
    keyring: "Keyring"
    tables: "list[ProtectedTable]"
    out: "list[PluginStatus]"
    anchor: Path

    def used(self) -> "Counter[str]":
        """Return key id → values and records that need it."""
        from host.data.protection.key_usage import anchored, key_usage

        with self.database.begin(readonly=True) as unit:
            return key_usage(unit.session, self.keyring.keys(), self.tables) + anchored(self.anchor)


@contextmanager
def protected() -> Iterator[Protected]:
    """Yield them for one command; every loadable plugin is imported, nothing of it is started."""
    from host.cli.metadatas import every_model
    from host.data.protection.declared import protected_tables

    with ground(prepare=True) as laid, every_model(laid) as (_, known, out):
        host = laid.host
        yield Protected(
            host.database(), host.keyring(), list(protected_tables(known)), out, host.audit_trail().anchor.path
        )

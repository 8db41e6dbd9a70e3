"""Gives a database its keys: what the host attaches so that encrypted columns and blind indexes work."""

from typing import TYPE_CHECKING, final

from sqlalchemy import event

from host.data.protection import ciphers
from host.data.protection.quoting import quote_no_rows
from host.data.protection.writing import before_execute
from host.security import FieldCipher, Keyring

if TYPE_CHECKING:
    from host.data.database import Database


@final
class FieldProtection:
    """Encrypts and indexes the columns of a database.

    Args:
        keyring: the keys; asked for when a value is written or read, not before.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._cipher = FieldCipher(keyring)

    def attach(self, database: "Database") -> None:
        """Serve every engine of `database`, and keep values out of the texts of its errors."""
        for engine in (*database.engines.pools.values(), database.engines.single):
            engine.hide_parameters = True
            ciphers.use(engine, self._cipher)
            event.listen(engine, "before_execute", before_execute, retval=True)
            event.listen(engine, "handle_error", quote_no_rows)
        database.engines.read.hide_parameters = True

"""What may listen to a database: audit, monitor and leak watch attach themselves by SQLAlchemy's own events."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from host.data.database import Database


class Extension(Protocol):
    """Something that watches every session and statement of a database."""

    def attach(self, database: "Database") -> None:
        """Listen to the engines and session makers of `database`; called once, before their first use."""

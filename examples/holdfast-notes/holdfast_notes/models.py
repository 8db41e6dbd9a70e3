"""The table of notes."""

from datetime import datetime

from host import SoftDelete, UtcDateTime, Versioned
from sqlalchemy import String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The plugin's own metadata."""


class Note(SoftDelete, Versioned, Base):
    """One note; a deleted one is only marked, and its version tells a second editor of the first."""

    __tablename__ = "notes_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    pinned: Mapped[bool]
    author: Mapped[str] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(UtcDateTime)

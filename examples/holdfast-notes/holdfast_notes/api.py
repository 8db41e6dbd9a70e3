"""What other plugins may import: the events."""

from dataclasses import dataclass

from host import Event


@dataclass(frozen=True)
class NoteWritten(Event):
    """Somebody wrote a note; told after it was committed."""

    note_id: int
    title: str


@dataclass(frozen=True)
class NoteDeleted(Event):
    """Somebody deleted a note; told after it was committed."""

    note_id: int

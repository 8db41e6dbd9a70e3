"""Writing, finding, pinning and deleting notes; every rule about them stands here and nowhere else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from host import Database, EventBus, UnitOfWork, ValidationError, authorize
from sqlalchemy import func, or_, select

from holdfast_notes.api import NoteDeleted, NoteWritten
from holdfast_notes.models import Note
from holdfast_notes.settings import NotesSettings

READ: Final = "notes.read"
WRITE: Final = "notes.write"


class BlankTitleError(ValidationError):
    """A note without a title."""

    user_message = "notes.blank"


class NoSuchNoteError(ValidationError):
    """A note that is not there, or not any more."""

    user_message = "notes.gone"


class Notes:
    """The notes of the team."""

    def __init__(self, database: Database, events: EventBus, settings: NotesSettings) -> None:
        self._database = database
        self._events = events
        self._settings = settings

    def write(self, title: str, body: str = "") -> int:
        """Write a note in the name of whoever acts, and return its id.

        Raises:
            PermissionDeniedError: without `notes.write`.
            BlankTitleError: `title` holds nothing but space.
        """
        author = authorize(WRITE)
        if not title.strip():
            raise BlankTitleError("The title is blank.", remedy="Give the note a title.")
        with self._database.begin() as unit:
            note = Note(
                title=title.strip(), body=body.strip(), author=author.name, created=datetime.now(UTC), pinned=False
            )
            unit.session.add(note)
            unit.session.flush()
            self._events.publish(NoteWritten(note.id, note.title))
            return note.id

    def pin(self, note_id: int, *, pinned: bool = True) -> None:
        """Keep a note at the top, or let it go.

        Raises:
            PermissionDeniedError: without `notes.write`.
            NoSuchNoteError: it is not there.
        """
        authorize(WRITE)
        with self._database.begin() as unit:
            self._get(unit, note_id).pinned = pinned

    def delete(self, note_id: int) -> None:
        """Delete a note.

        Raises:
            PermissionDeniedError: without `notes.write`.
            NoSuchNoteError: it is not there.
        """
        authorize(WRITE)
        with self._database.begin() as unit:
            unit.session.delete(self._get(unit, note_id))
            self._events.publish(NoteDeleted(note_id))

    def get(self, note_id: int) -> Note:
        """Return a note.

        Raises:
            NoSuchNoteError: it is not there.
        """
        with self._database.begin(readonly=True) as unit:
            return self._get(unit, note_id)

    def find(self, words: str = "", *, pinned: bool = False) -> Sequence[Note]:
        """Return pinned notes first, then the newest, as many as the settings say.

        Args:
            words: all of them stand in title or body; upper and lower case are the same for ASCII letters.
            pinned: only pinned ones.
        """
        wanted = select(Note).order_by(Note.pinned.desc(), Note.id.desc()).limit(self._settings.rows)
        for word in words.split():
            wanted = wanted.where(or_(*(column.icontains(word, autoescape=True) for column in (Note.title, Note.body))))
        if pinned:
            wanted = wanted.where(Note.pinned)
        with self._database.begin(readonly=True) as unit:
            return unit.session.scalars(wanted).all()

    def count(self) -> int:
        """Return how many notes there are."""
        with self._database.begin(readonly=True) as unit:
            return unit.session.scalar(select(func.count()).select_from(Note)) or 0

    @staticmethod
    def _get(unit: UnitOfWork, note_id: int) -> Note:
        note = unit.session.get(Note, note_id)
        if note is None:
            raise NoSuchNoteError(f"There is no note {note_id}.", remedy="Somebody may have deleted it: look again.")
        return note

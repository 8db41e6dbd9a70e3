"""Writing, finding, pinning and deleting notes; every rule about them stands here and nowhere else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from host import Database, EventBus, NotFoundError, Repository, ValidationError, authorize
from sqlalchemy import or_

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
        self._stored: Final = Repository(database, Note)

    def write(self, title: str, body: str = "") -> int:
        """Write a note in the name of whoever acts, and return its id.

        Raises:
            PermissionDeniedError: without `notes.write`.
            BlankTitleError: `title` holds nothing but space.
        """
        author = authorize(WRITE)
        if not title.strip():
            raise BlankTitleError("The title is blank.", remedy="Give the note a title.")
        note = Note(title=title.strip(), body=body.strip(), author=author.name, created=datetime.now(UTC), pinned=False)
        with self._database.begin():
            self._stored.add(note)
            self._events.publish(NoteWritten(note.id, note.title))
            return note.id

    def pin(self, note_id: int, *, pinned: bool = True) -> None:
        """Keep a note at the top, or let it go.

        Raises:
            PermissionDeniedError: without `notes.write`.
            NoSuchNoteError: it is not there.
        """
        authorize(WRITE)
        with _told(note_id):
            self._stored.update(note_id, {"pinned": pinned})

    def delete(self, note_id: int) -> None:
        """Delete a note; it is marked only, and `restore` brings it back.

        Raises:
            PermissionDeniedError: without `notes.write`.
            NoSuchNoteError: it is not there.
        """
        authorize(WRITE)
        with self._database.begin(), _told(note_id):
            self._stored.soft_delete(note_id)
            self._events.publish(NoteDeleted(note_id))

    def restore(self, note_id: int) -> None:
        """Bring a deleted note back.

        Raises:
            PermissionDeniedError: without `notes.write`.
            NoSuchNoteError: it is not there, or not deleted.
        """
        authorize(WRITE)
        with _told(note_id):
            self._stored.restore(self._stored.get(note_id, include_deleted=True))

    def get(self, note_id: int) -> Note:
        """Return a note.

        Raises:
            NoSuchNoteError: it is not there.
        """
        with _told(note_id):
            return self._stored.get(note_id)

    def find(self, words: str = "", *, pinned: bool = False) -> Sequence[Note]:
        """Return pinned notes first, then the newest, as many as the settings say.

        Args:
            words: all of them stand in title or body; upper and lower case are the same for ASCII letters.
            pinned: only pinned ones.
        """
        wanted = [
            or_(*(column.icontains(word, autoescape=True) for column in (Note.title, Note.body)))
            for word in words.split()
        ]
        if pinned:
            wanted.append(Note.pinned.is_(True))
        return self._stored.find(*wanted, order=["-pinned", "-id"], limit=self._settings.rows)

    def count(self) -> int:
        """Return how many notes there are."""
        return self._stored.count()


@contextmanager
def _told(note_id: int) -> Iterator[None]:
    """Say of a missing note what the reader can do."""
    try:
        yield
    except NotFoundError as error:
        what = f"There is no note {note_id}."
        raise NoSuchNoteError(what, remedy="Somebody may have deleted it: look again.") from error

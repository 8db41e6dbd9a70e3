"""Ways to the notes besides the pages: commands, an HTTP route, example data, a health check."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

import typer
from host import Health
from starlette.requests import Request
from starlette.responses import JSONResponse

from holdfast_notes.models import Note
from holdfast_notes.notes import Notes
from holdfast_notes.settings import NotesSettings

EXAMPLES: Final = (
    ("Rope", "Two coils are in the boat house, one is on order."),
    ("Tide", "Low water at noon on Saturday: the mooring can be checked on foot."),
    ("Keys", "The spare key is with the harbour master."),
)


@dataclass(frozen=True)
class AllNotes:
    """The route: every note that `find` returns, as JSON."""

    notes: Notes

    def __call__(self, request: Request) -> JSONResponse:
        """Answer ``?words=…``."""
        found = self.notes.find(request.query_params.get("words", ""))
        return JSONResponse([as_json(note) for note in found])


@dataclass(frozen=True)
class Examples:
    """The seed."""

    notes: Notes

    def __call__(self) -> Iterator[str]:
        """Write the examples that are not there yet."""
        for title, body in EXAMPLES:
            if all(note.title != title for note in self.notes.find(title)):
                self.notes.write(title, body)
                yield title


@dataclass(frozen=True)
class CapacityCheck:
    """The health check."""

    notes: Notes
    settings: NotesSettings

    def __call__(self) -> Health:
        """Warn from the capacity on."""
        count, capacity = self.notes.count(), self.settings.capacity
        return Health("degraded" if count >= capacity else "ok", f"{count} of {capacity} notes")


def list_notes(
    notes: Notes,
    words: Annotated[str, typer.Argument(help="Words that stand in the note.")] = "",
    pinned: Annotated[bool, typer.Option("--pinned", help="Only pinned ones.")] = False,
) -> None:
    """List notes, pinned ones first."""
    for note in notes.find(words, pinned=pinned):
        typer.echo(f"{note.id:>5}  {'*' if note.pinned else ' '}  {note.title}  ({note.author})")


def write_note(notes: Notes, title: str, body: str = "") -> None:
    """Write a note."""
    typer.echo(f"Note {notes.write(title, body)} is written.")


def as_json(note: Note) -> dict[str, object]:
    """Return a note as the route shows it."""
    return {
        "id": note.id,
        "title": note.title,
        "body": note.body,
        "pinned": note.pinned,
        "author": note.author,
        "created": note.created.isoformat(),
    }

"""What the plugin adds to the app. Importing it builds nothing and does not import Streamlit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from host import (
    Catalogue,
    Command,
    HealthCheck,
    Migrations,
    Page,
    Permission,
    Plugin,
    Route,
    Seed,
    hookimpl,
    load_catalogues,
)

from holdfast_notes.models import Base
from holdfast_notes.notes import READ, WRITE
from holdfast_notes.outside import AllNotes, Examples, list_notes, write_note
from holdfast_notes.services import NotesServices
from holdfast_notes.settings import NotesSettings

HERE: Final = Path(__file__).parent


class Hooks:
    """One method for each thing the plugin adds."""

    @hookimpl
    def pages(self) -> Sequence[Page]:
        """Add the list, and the page of one note, which the menu leaves out."""
        from holdfast_notes.pages import LIST, ONE, one, overview

        return [
            Page(path=LIST, title="notes.title", render=overview, permission=READ, icon=":material/notes:"),
            Page(path=ONE, title="notes.note", render=one, permission=READ, menu=False),
        ]

    @hookimpl
    def permissions(self) -> Sequence[Permission]:
        """Declare who may read and who may write."""
        return [
            Permission(name=READ, title="notes.permission.read", roles=frozenset({"viewer"})),
            Permission(name=WRITE, title="notes.permission.write", roles=frozenset({"editor"})),
        ]

    @hookimpl
    def migrations(self) -> Migrations:
        """Name the folder of revisions and the models, which the host compares with the database."""
        return Migrations(folder=HERE / "migrations", metadata=Base.metadata)

    @hookimpl
    def translations(self) -> Sequence[Catalogue]:
        """Add the texts."""
        return load_catalogues(HERE / "texts")

    @hookimpl
    def commands(self) -> Sequence[Command]:
        """Add ``app notes list`` and ``app notes write``."""
        return [
            Command(group="notes", name="list", run=list_notes, permission=READ),
            Command(group="notes", name="write", run=write_note, permission=WRITE),
        ]

    @hookimpl
    def routes(self, services: Any) -> Sequence[Route]:
        """Add ``/x/notes/all``."""
        return [Route(path="/all", endpoint=AllNotes(services.notes), permission=READ)]

    @hookimpl
    def seeds(self, services: Any) -> Sequence[Seed]:
        """Offer a few notes to look at."""
        return [Seed(name="notes", title="notes.title", run=Examples(services.notes))]

    @hookimpl
    def health_checks(self, services: Any) -> Sequence[HealthCheck]:
        """Watch the number of notes."""
        return [HealthCheck(name="capacity", check=services.capacity, depends_on=("database",))]


plugin = Plugin(settings=NotesSettings, services=NotesServices, hooks=Hooks)

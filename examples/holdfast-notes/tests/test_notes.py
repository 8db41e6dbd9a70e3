"""The rules: who may write, what is found, what others hear."""

import pytest
from host import PermissionDeniedError
from host.testing import HostApp, reader

from holdfast_notes.api import NoteDeleted, NoteWritten
from holdfast_notes.notes import BlankTitleError, NoSuchNoteError, Notes


def test_pinned_notes_come_first_then_the_newest(host_app: HostApp, notes: Notes) -> None:
    with host_app.context():
        first, _, _ = [notes.write(title) for title in ("first", "second", "third")]
        notes.pin(first)
    assert [note.title for note in notes.find()] == ["first", "third", "second"]
    assert [note.title for note in notes.find(pinned=True)] == ["first"]


def test_every_word_must_stand_in_title_or_body(host_app: HostApp, notes: Notes) -> None:
    with host_app.context():
        notes.write("Rope", "two coils, 100% hemp")
        notes.write("Tide", "low at noon")
    assert [note.title for note in notes.find("rope COILS")] == ["Rope"]
    assert [note.title for note in notes.find("100%")] == ["Rope"]
    assert notes.find("rope noon") == []
    assert [note.title for note in notes.find("%")] == ["Rope"]


@pytest.mark.holdfast(settings={"notes": {"rows": 1}})
def test_the_settings_limit_the_list(host_app: HostApp, notes: Notes) -> None:
    with host_app.context():
        notes.write("first")
        notes.write("second")
    assert [note.title for note in notes.find()] == ["second"]


def test_others_hear_of_notes_that_come_and_go(host_app: HostApp, notes: Notes) -> None:
    with host_app.context():
        note_id = notes.write("Rope")
        notes.delete(note_id)
    assert host_app.events.of(NoteWritten) == [NoteWritten(note_id, "Rope")]
    assert host_app.events.of(NoteDeleted) == [NoteDeleted(note_id)]


def test_a_deleted_note_can_come_back(host_app: HostApp, notes: Notes) -> None:
    with host_app.context():
        note_id = notes.write("Rope")
        notes.delete(note_id)
        assert notes.find() == []
        notes.restore(note_id)
        with pytest.raises(NoSuchNoteError):
            notes.restore(note_id)
    assert [note.title for note in notes.find()] == ["Rope"]


def test_a_blank_title_is_refused(host_app: HostApp, notes: Notes) -> None:
    with host_app.context(), pytest.raises(BlankTitleError):
        notes.write("  ")
    assert notes.count() == 0


def test_a_note_that_is_gone_says_so(host_app: HostApp, notes: Notes) -> None:
    with host_app.context(), pytest.raises(NoSuchNoteError):
        notes.delete(7)


def test_writing_needs_the_permission(host_app: HostApp, notes: Notes) -> None:
    with host_app.context():
        note_id = notes.write("Rope")
    with host_app.context(reader("notes.read")):
        with pytest.raises(PermissionDeniedError):
            notes.write("Tide")
        with pytest.raises(PermissionDeniedError):
            notes.delete(note_id)
        with pytest.raises(PermissionDeniedError):
            notes.pin(note_id)
    assert [(note.title, note.pinned) for note in notes.find()] == [("Rope", False)]

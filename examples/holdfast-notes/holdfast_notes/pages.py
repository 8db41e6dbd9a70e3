"""The pages: the notes with a search, and one note with what can be done to it."""

from dataclasses import dataclass
from typing import Final

import streamlit as st
from host import Principal, action, navigate, text

from holdfast_notes.models import Note
from holdfast_notes.notes import WRITE, Notes

LIST: Final = "notes"
ONE: Final = "notes/note"
TITLE: Final = "notes/title"
BODY: Final = "notes/body"
WORDS: Final = "notes/words"


@dataclass(frozen=True)
class Search:
    """The parameters of the list, as they stand in the address."""

    words: str = ""


@dataclass(frozen=True)
class Chosen:
    """The parameters of one note's page."""

    id: int


def overview(notes: Notes, principal: Principal, params: Search) -> None:
    """Show the notes that hold the words in the address; who may write gets fields for a new one."""
    if principal.may(WRITE):
        _draw_fields(notes)
    st.session_state.setdefault(WORDS, params.words)
    st.text_input(text("notes.search"), key=WORDS, on_change=action(_search))
    found = notes.find(params.words)
    if not found:
        st.caption(text("notes.none_found" if params.words else "notes.empty"))
    for note in found:
        _draw_line(note)


def one(notes: Notes, principal: Principal, params: Chosen) -> None:
    """Show one note; who may write can pin or delete it."""
    note = notes.get(params.id)
    st.subheader(note.title)
    st.caption(text("notes.by", author=note.author, created=f"{note.created:%Y-%m-%d}"))
    st.text(note.body)
    if principal.may(WRITE):
        with st.container(horizontal=True):
            label = text("notes.unpin" if note.pinned else "notes.pin")
            st.button(label, key="notes/note/pin", on_click=action(_pin), args=(notes, note.id, not note.pinned))
            st.button(text("notes.delete"), key="notes/note/delete", on_click=action(_delete), args=(notes, note.id))
    st.button(text("notes.back"), key="notes/note/back", on_click=action(_leave))


def _draw_fields(notes: Notes) -> None:
    st.text_input(text("notes.new_title"), key=TITLE, max_chars=200)
    st.text_area(text("notes.new_body"), key=BODY)
    st.button(text("notes.write"), key="notes/write", on_click=action(_write, permission=WRITE), args=(notes,))


def _draw_line(note: Note) -> None:
    icon = ":material/keep:" if note.pinned else ":material/notes:"
    st.button(
        note.title, key=f"notes/open/{note.id}", icon=icon, type="tertiary", on_click=action(_open), args=(note.id,)
    )


def _write(notes: Notes) -> None:
    notes.write(st.session_state[TITLE], st.session_state[BODY])
    st.session_state[TITLE] = st.session_state[BODY] = ""


def _search() -> None:
    navigate(LIST, words=st.session_state[WORDS] or None)


def _open(note_id: int) -> None:
    navigate(ONE, id=note_id)


def _leave() -> None:
    navigate(LIST)


def _pin(notes: Notes, note_id: int, wanted: bool) -> None:
    notes.pin(note_id, pinned=wanted)


def _delete(notes: Notes, note_id: int) -> None:
    notes.delete(note_id)
    navigate(LIST)

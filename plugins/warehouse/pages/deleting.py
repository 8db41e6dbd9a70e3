"""What the page of a record shows for deleting it, and for bringing it back once it is deleted."""

from collections.abc import Callable

import streamlit as st

from host import text
from plugins.warehouse.pages.draft import Draft


def delete_button(name: str, sure: str, work: Callable[[], str]) -> None:
    """Draw the button that deletes, behind a question.

    Args:
        name: of the record on its page.
        sure: what deleting means.
        work: deletes, and returns what to say then.
    """
    with st.popover(text("warehouse.delete"), icon=":material/delete:"):
        draft = Draft(f"{name}/delete")
        st.write(sure)
        draft.general_faults()
        if st.button(text("warehouse.delete"), key=f"{name}/delete-now", icon=":material/delete:"):
            draft.attempt(work)


def deleted_note(name: str, note: str, work: Callable[[], str] | None) -> None:
    """Say that the record is deleted, and offer to restore it.

    Args:
        work: restores, and returns what to say then; ``None`` where the reader may not.
    """
    st.warning(note, icon=":material/delete:")
    if work is None:
        return
    draft = Draft(f"{name}/restore")
    draft.general_faults()
    if st.button(text("warehouse.restore"), key=f"{name}/restore-now", type="primary", icon=":material/restore:"):
        draft.attempt(work)

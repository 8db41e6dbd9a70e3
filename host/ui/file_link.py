"""`file_link`: the link under which a reader fetches a file that was made for them."""

import streamlit as st

from host.files import StoredFile
from host.ui.text import text


def file_link(stored: StoredFile, label: str) -> None:
    """Draw a link to `stored`; nobody but its owner gets anything there.

    Args:
        label: text key or plain text.
    """
    st.link_button(text(label), stored.path, icon=":material/download:")

"""`redraw`: draw the page anew from its first line, wherever in it the code stands."""

from typing import NoReturn

import streamlit as st

from host.ui.places import place


def redraw() -> NoReturn:
    """End this run of the page and begin it again; nothing around the page is drawn again.

    A page that runs with the whole app (``fragment=False``) is drawn again with it.
    """
    here = place()
    st.rerun(scope="fragment" if here is not None and here.location == "fragment" else "app")

import os
from pathlib import Path

import streamlit as st

st.session_state.setdefault("runs", 0)
st.session_state.runs += 1
st.write("Full runs:", st.session_state.runs)


@st.fragment
def panel():
    if st.button("Tick"):
        st.session_state["ticks"] = st.session_state.get("ticks", 0) + 1
    st.write("Ticks:", st.session_state.get("ticks", 0))
    st.write("Folder:", Path.cwd().name, os.path.exists("notes.txt"))


@st.dialog("Details")
def details(what):
    st.write(f"All about {what}")


panel()
if st.button("Show details"):
    details("ticks")

import streamlit as st
from utils import TITLE, step

if "count" not in st.session_state:
    st.session_state.count = 0


def increment(by):
    st.session_state.count += by


st.title(TITLE)
st.button("Add", on_click=increment, args=(step(),), key="add")
left, right = st.columns(2)
right.button("Reset", on_click=st.session_state.clear)
left.metric("Count", st.session_state.count)
st.text_input("Name", key="name")
st.write("Keys:", ", ".join(sorted(st.session_state)))

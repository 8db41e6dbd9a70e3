import streamlit as st


def boom():
    raise ValueError("from a callback")


st.button("Press", on_click=boom)

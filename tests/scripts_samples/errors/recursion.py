import streamlit as st


def down(n):
    return down(n + 1)


down(0)
st.write("never")

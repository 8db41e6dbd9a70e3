import streamlit as st

st.write("before the fault")


def divide(a, b):
    return a / b


divide(1, 0)

import streamlit as st


@st.fragment
def part():
    if st.button("Break"):
        raise ValueError("from a fragment")
    st.write("whole")


part()

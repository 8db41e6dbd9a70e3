import streamlit as st

st.header("First view")
if not st.checkbox("Go on"):
    st.stop()
st.write("You went on.")

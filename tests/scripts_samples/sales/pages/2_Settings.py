import streamlit as st

st.header("Settings")
st.number_input("Target", value=1000, key="target")
st.page_link("streamlit_app.py", label="Back to the report")

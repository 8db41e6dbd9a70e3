import streamlit as st

st.session_state.setdefault("count", 100)
st.session_state["count"] += 1
st.write("Shared count:", st.session_state["count"])

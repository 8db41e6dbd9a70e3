"""
# Magic notes
"""
import json
import sqlite3
from pathlib import Path

import streamlit as st

"Shown without a call"
note = Path("notes.txt").read_text().strip()
note
with open("settings.json") as file:
    st.write("Unit:", json.load(file)["unit"])
database = sqlite3.connect(":memory:")
st.write("Rows:", database.execute("select 40 + 2").fetchone()[0])
st.write("Here:", Path(__file__).name, __name__)
city = st.query_params.get("city", "nowhere")
st.write("City:", city)
if st.button("To Rome"):
    st.query_params.from_dict({"city": "Rome", "page": "7"})
    st.rerun()
st.write("Page parameter:", st.query_params.get("page", "none"), sorted(st.query_params))

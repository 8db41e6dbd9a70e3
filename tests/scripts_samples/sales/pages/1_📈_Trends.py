import pandas as pd
import streamlit as st

from utils import TITLE

st.header("Trends")
st.caption(f"from {TITLE}")
monthly = pd.read_csv("data/sales.csv").groupby("month")["amount"].sum()
st.line_chart(monthly)
st.write("Best month:", int(monthly.idxmax()))

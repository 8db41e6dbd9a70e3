import pandas as pd
import streamlit as st

from logic.totals import by_region
from utils import TITLE, money

st.set_page_config(page_title="Sales report", page_icon="📈", layout="wide", initial_sidebar_state="collapsed")


@st.cache_data
def load(path: str) -> pd.DataFrame:
    return pd.read_csv(path)


st.title(TITLE)
sales = load("data/sales.csv")
region = st.sidebar.selectbox("Region", ["All", *sorted(sales["region"].unique())], key="region")
chosen = sales if region == "All" else sales[sales["region"] == region]
st.metric("Revenue", money(chosen["amount"].sum()))
st.bar_chart(by_region(chosen), x="region", y="amount")
st.dataframe(chosen)
st.sidebar.page_link("pages/1_📈_Trends.py", label="To the trends")
if st.button("Open settings"):
    st.switch_page("pages/2_Settings.py")

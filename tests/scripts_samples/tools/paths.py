import importlib
import os
import sys

import streamlit as st

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import shapes

again = importlib.import_module("shapes")
st.write("Area:", shapes.area(3), again is shapes)

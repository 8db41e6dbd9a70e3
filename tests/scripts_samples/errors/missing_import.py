import streamlit as st

import a_module_that_nobody_has

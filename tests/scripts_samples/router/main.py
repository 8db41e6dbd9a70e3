import streamlit as st


def about():
    st.header("About this tool")
    st.write("Two pages, one script.")


pages = {
    "Work": [st.Page("views/first.py", title="First", icon=":material/looks_one:", default=True)],
    "Help": [st.Page(about, title="About", url_path="about")],
}
page = st.navigation(pages)
st.caption(f"You are on {page.title}")
page.run()

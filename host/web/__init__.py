"""The web process: Streamlit's ASGI app behind the gate, its health and plugin routes, and its serving."""

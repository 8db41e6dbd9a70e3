"""Runs scripts inside the app's shell; the only part of the plugin that knows Streamlit."""

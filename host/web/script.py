"""The one script that Streamlit runs for every session; the shell refuses a run that did not pass the gate."""

from host.ui.shell import run

run()

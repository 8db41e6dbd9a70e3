"""Runs one script as a page: fresh names, its folder's modules, its own widgets; faults with file and line."""

from collections.abc import Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Final

import streamlit as st

from host import action
from plugins.scripts.catalogue import Script
from plugins.scripts.modules import ScriptFolder
from plugins.scripts.pages import state
from plugins.scripts.pages.ends import ScriptStop, contained, explained
from plugins.scripts.pages.face import streamlit_for
from plugins.scripts.pages.links import page_link
from plugins.scripts.pages.private import own_widgets, parse
from plugins.scripts.running import ScriptRun, arguments, running
from plugins.scripts.source import CALLBACK, KEY, PAGE_LINK, Sources
from plugins.scripts.stand_ins import argparse_for, importlib_for, sys_for

CALLBACK_ERROR: Final = "scripts/callback_error"
_sources: Final = Sources(parse)
_furnished_for: Final[dict[str, Mapping[Path, str]]] = {}


def run_page(script: Script, hosted: Mapping[Path, str]) -> None:
    """Run `script` in the place where Streamlit draws now.

    Args:
        hosted: the files that are pages of the host, by page path.

    Raises:
        ScriptError: the script can't be read or ended with an error; so did the callback that led to this run.
    """
    folder = _furnished(script.root, hosted)
    state.activate(folder.alias)
    failed = st.session_state.pop(CALLBACK_ERROR, None)
    if failed is not None:
        raise explained(failed, script.file, folder) from failed
    folder.refresh()
    with contained(script.file, folder):
        _execute(script.file, folder, script.arguments)


def _execute(file: Path, folder: ScriptFolder, given: tuple[str, ...]) -> None:
    run = ScriptRun(file, folder, given, lambda: own_widgets(file))
    with run.entered():
        exec(_sources.code(file), vars(run.namespace))  # noqa: S102


def _furnished(root: Path, hosted: Mapping[Path, str]) -> ScriptFolder:
    folder = ScriptFolder.of(root)
    if _furnished_for.get(folder.alias) == hosted:
        return folder
    folder.builtins[CALLBACK] = _callback
    folder.builtins[KEY] = lambda key: _noted(folder.alias, key)
    folder.builtins[PAGE_LINK] = page_link(hosted)
    folder.stand_ins.update(
        {
            "sys": sys_for(arguments, folder.search_path),
            "argparse": argparse_for(arguments),
            "importlib": importlib_for(folder.import_module, folder.owns),
            "streamlit": streamlit_for(folder.alias, hosted, lambda file: _execute(file, folder, ())),
        }
    )
    _furnished_for[folder.alias] = hosted
    return folder


def _noted(folder: str, key: Any) -> Any:
    state.note_widget(folder, key)
    return key


def _callback(function: Any) -> Any:
    """Return a widget's callback so that it enters its run; its error is shown where the script would be."""
    run = running()
    if run is None or not callable(function):
        return function
    entered = run.bound(function)

    def call(*args: Any, **kwargs: Any) -> None:
        try:
            entered(*args, **kwargs)
        except ScriptStop:
            return
        except (Exception, SystemExit) as error:
            st.session_state[CALLBACK_ERROR] = error

    return action(wraps(function)(call))

"""Every private or undocumented part of Streamlit that the host touches; each has a contract test."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.routing import BaseRoute
from streamlit import config, file_util, string_util
from streamlit.errors import StreamlitAPIException
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

PLACEHOLDER_TITLE: Final = "<title>Streamlit</title>"
_AGENT_LINK: Final = re.compile(r'\s*<!--(?:(?!-->).)*?-->\s*<link rel="service-desc"[^>]*/>', re.DOTALL)
_DEVELOPERS: Final = frozenset(
    {"clear_cache", "set_run_on_save", "debug_disconnect_websocket", "debug_shutdown_runtime"}
)
_NO_SCRIPT: Final = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)


def known_options() -> frozenset[str]:
    """Return the name of every option, ``section.name``."""
    return frozenset(config._config_options_template)


def set_options(options: Mapping[str, Any], origin: str) -> None:
    """Set options for this process; must happen before the app is built.

    Args:
        options: ``section.name`` → value.
        origin: where the values come from, as Streamlit's own ``config show`` would say.
    """
    for name, value in options.items():
        config.set_option(name, value, origin)


def option(name: str) -> Any:
    """Return an option's value as Streamlit sees it."""
    return config.get_option(name)


def this_rerun() -> object:
    """Return an object that lives as long as the rerun this thread works for, the same in its callbacks and parts.

    Raises:
        RuntimeError: the thread works for none.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or context.parallel_coordinator is None:
        raise RuntimeError("no rerun of a script is under way")
    return context.parallel_coordinator


def draws_icon(icon: str) -> bool:
    """Tell whether a widget takes `icon`; one that it doesn't take ends the run that draws it."""
    try:
        string_util.validate_icon_or_emoji(icon)
    except StreamlitAPIException:
        return False
    return True


def index_html(title: str, head: str = "") -> str:
    """Return Streamlit's index page under the app's own title, without its pointers to the agent interface.

    Args:
        title: escaped text for the browser's tab until the page sets its own.
        head: tags to add at the end of the head.
    """
    page = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    page = page.replace(PLACEHOLDER_TITLE, f"<title>{title}</title>").replace("</head>", f"{head}\n</head>")
    page = _AGENT_LINK.sub("", page)
    return _NO_SCRIPT.sub("<noscript><p>This app needs JavaScript.</p></noscript>", page)


def assets() -> frozenset[str]:
    """Return the paths of the frontend's files; Streamlit itself answers any other path with its index page and 200."""
    folder = Path(file_util.get_static_dir())
    files = (path for path in (folder / "static").rglob("*") if path.is_file())
    return frozenset(f"/{path.relative_to(folder).as_posix()}" for path in files)


def session_owner(session_id: str) -> str | None:
    """Return the id of the user to whom a Streamlit session is bound, ``None`` when there is no such session."""
    if not Runtime.exists():
        return None
    found = Runtime.instance()._session_mgr.get_session_info(session_id)
    return str(found.session._user_info.get("id")) if found is not None else None


def is_forged(frame: bytes) -> bool:
    """Tell whether no page of this app sends `frame`: it would empty everybody's caches, or steer the server itself."""
    message = BackMsg()
    try:
        message.ParseFromString(frame)
    except DecodeError:
        return False
    return message.WhichOneof("type") in _DEVELOPERS


def is_activity(frame: bytes) -> bool:
    """Tell whether a person did something that made the browser send `frame`; timers and heartbeats are nobody."""
    message = BackMsg()
    try:
        message.ParseFromString(frame)
    except DecodeError:
        return False
    kind = message.WhichOneof("type")
    if kind == "rerun_script":
        return not message.rerun_script.is_auto_rerun
    return kind in {"file_urls_request", "backend_operation_request", "stop_script"}


def create_app(script: Path, routes: Sequence[BaseRoute], lifespan: Any, on_script_error: Any, on_error: Any) -> st.App:
    """Return Streamlit's ASGI app for `script`; one a process.

    Args:
        on_script_error: called with what a script raises.
        on_error: ``(request, error) -> response`` for what a route raises.
    """
    handlers = {Exception: on_error}
    return st.App(
        script, routes=routes, lifespan=lifespan, on_script_error=on_script_error, exception_handlers=handlers
    )

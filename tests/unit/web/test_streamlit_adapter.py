"""The contract with Streamlit's private parts: a test fails when a release moves what the host leans on."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
import streamlit as st
import uvicorn
from starlette.datastructures import Headers
from starlette.routing import Mount, Route, WebSocketRoute
from streamlit.web.server.starlette import starlette_app, starlette_websocket
from streamlit.web.server.starlette.starlette_server import _get_websocket_protocol
from uvicorn.config import WS_PROTOCOLS
from uvicorn.importer import import_from_string

from host.web import policy, streamlit_adapter
from host.web.policy import Access
from host.web.security_headers import script_hashes
from host.web.socket_protocol import BoundedSocket


def test_streamlit_is_the_pinned_release():
    assert st.__version__.startswith("1.67.")


def test_the_names_of_all_options_are_known():
    names = streamlit_adapter.known_options()
    assert {
        "server.trustedUserHeaders",
        "runner.postScriptGC",
        "theme.primaryColor",
        "theme.dark.primaryColor",
    } <= names


def test_an_option_set_is_the_option_read():
    code = """
from host.web import streamlit_adapter
streamlit_adapter.set_options({"server.trustedUserHeaders": {"X-Host-User-Id": "id"}}, "test")
assert streamlit_adapter.option("server.trustedUserHeaders") == {"X-Host-User-Id": "id"}
from starlette.datastructures import Headers
from streamlit.web.server.starlette.starlette_websocket import gather_user_info
assert gather_user_info(Headers({"x-host-user-id": "anna"})) == {"id": "anna"}
assert gather_user_info(Headers({})) == {"id": None}
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize(("icon", "drawn"), [(":material/home:", True), ("", True), (":material/nosuch:", False)])
def test_icons_are_told_apart_as_a_widget_does(icon, drawn):
    assert streamlit_adapter.draws_icon(icon) is drawn


def test_the_index_page_carries_the_apps_title_and_no_agent_interface():
    page = streamlit_adapter.index_html("Lager &amp; Co")
    assert page.count("<title>Lager &amp; Co</title>") == 1
    assert "Streamlit</title>" not in page
    assert "agent" not in page
    assert '<div id="root"></div>' in page
    assert re.search(r'<script type="module"[^>]* src="\./static/js/index\.', page)


def test_the_index_page_has_one_inline_script_that_the_policy_hashes():
    assert len(script_hashes(streamlit_adapter.index_html("App"))) == 1


def test_every_route_of_streamlit_is_either_served_or_refused_on_purpose():
    refused = {
        "/_stcore/metrics",
        "/_stcore/agent/interact",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/auth/login",
        "/auth/logout",
        "/oauth2callback",
    }
    script = Path(streamlit_adapter.__file__).with_name("script.py")
    runtime = st.App(script)._create_runtime()
    served, unknown = set(), set()
    for route in starlette_app.create_streamlit_routes(runtime):
        path = "/static/x" if isinstance(route, Mount) else re.sub(r"\{[^}]*\}", "x", route.path)
        methods = route.methods or {"GET"} if isinstance(route, Route) else {"GET"}
        if isinstance(route, WebSocketRoute):
            assert path == policy.STREAM
        elif any(policy.access(method, path) for method in methods):
            served.add(path)
        elif path not in refused and methods != {"OPTIONS"}:
            unknown.add(path)
    assert not unknown
    assert {"/_stcore/health", "/_stcore/host-config", "/media/x", "/static/x", "/_stcore/upload_file/x/x"} <= served


def test_data_needs_a_principal():
    for path in ("/media/x", "/component/x", "/_stcore/bidi-components/x", "/"):
        assert policy.access("GET", path) is Access.SIGNED_IN


@pytest.mark.parametrize(
    ("header", "parsed"),
    [
        ("streamlit", ("streamlit", None, None)),
        ("streamlit, token", ("streamlit", "token", None)),
        ("streamlit, token, session", ("streamlit", "token", "session")),
    ],
)
def test_the_handshake_names_protocol_token_and_session_by_position(header, parsed):
    assert starlette_websocket._parse_subprotocols(Headers({"sec-websocket-protocol": header})) == parsed


def test_the_websocket_implementation_is_the_one_streamlit_serves_by():
    assert import_from_string(WS_PROTOCOLS[_get_websocket_protocol()]) in BoundedSocket.__mro__


def test_the_app_takes_what_the_adapter_gives():
    parameters = inspect.signature(st.App.__init__).parameters
    assert {"script_path", "routes", "lifespan", "on_script_error"} <= parameters.keys()


def test_uvicorn_has_the_places_where_the_server_hooks_in():
    for name in ("startup", "shutdown", "capture_signals", "handle_exit"):
        assert callable(getattr(uvicorn.Server, name))
    assert "self.servers" in inspect.getsource(uvicorn.Server.startup)


def test_sessions_resume_only_for_the_same_user():
    from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

    assert "matches_user_info" in inspect.getsource(WebsocketSessionManager.connect_session)


def test_callbacks_script_and_fragments_of_one_rerun_share_its_object_and_the_next_has_another():
    from streamlit.testing.v1 import AppTest

    def script() -> None:
        import streamlit as st

        from host.web.streamlit_adapter import this_rerun

        seen = st.session_state.setdefault("seen", [])
        st.button("Go", on_click=lambda: seen.append(("callback", this_rerun())))
        seen.append(("script", this_rerun()))
        st.fragment(lambda: seen.append(("fragment", this_rerun())))()  # noqa: TID251 -- Streamlit itself is tried

    page = AppTest.from_function(script).run()
    page.button[0].click().run()
    first, second = page.session_state["seen"][:2], page.session_state["seen"][2:]
    assert [place for place, _ in (*first, *second)] == ["script", "fragment", "callback", "script", "fragment"]
    assert len({id(rerun) for _, rerun in first}) == len({id(rerun) for _, rerun in second}) == 1
    assert first[0][1] is not second[0][1]
    with pytest.raises(RuntimeError, match="no rerun"):
        streamlit_adapter.this_rerun()

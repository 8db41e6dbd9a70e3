"""Streamlit's options: the file's are taken, those that safety rests on can't be changed by it."""

import subprocess
import sys

import pytest

from host.config import AppConfig
from host.errors import ConfigError
from host.resources import packaged
from host.web.options import file_options, forced_options, options_file


@pytest.fixture
def project(tmp_path):
    (tmp_path / "config").mkdir()
    return tmp_path


def written(project, text):
    path = project / "config" / "streamlit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_packaged_file_is_valid_and_used_without_an_own_one(tmp_path):
    assert options_file(tmp_path) == packaged("config") / "streamlit.toml"
    assert file_options(options_file(tmp_path))["runner.postScriptGC"] is False


def test_nested_theme_sections_become_option_names(project):
    path = written(project, '[theme]\nprimaryColor = "#123456"\n[theme.dark.sidebar]\nprimaryColor = "#654321"\n')
    expected = {"theme.primaryColor": "#123456", "theme.dark.sidebar.primaryColor": "#654321"}
    assert file_options(path) == expected


def test_a_table_as_value_stays_a_value(project):
    path = written(project, '[[theme.fontFaces]]\nfamily = "A"\nurl = "a.woff2"\n')
    assert file_options(path) == {"theme.fontFaces": [{"family": "A", "url": "a.woff2"}]}


def test_all_unknown_options_are_named_at_once(project):
    path = written(project, "[server]\nprot = 1\n[runner]\nmagic = 2\n")
    with pytest.raises(ConfigError) as raised:
        file_options(path)
    assert len(raised.value.faults) == 2
    assert all(str(path) in fault for fault in raised.value.faults)


def test_bad_toml_is_named_with_its_file(project):
    path = written(project, "[server\n")
    with pytest.raises(ConfigError, match=r"streamlit\.toml"):
        file_options(path)


def test_details_of_errors_are_shown_in_debug_only():
    assert forced_options(AppConfig())["client.showErrorDetails"] == "none"
    assert forced_options(AppConfig(debug=True))["client.showErrorDetails"] == "full"


def test_the_cookie_secret_is_derived_and_never_the_key_itself():
    config = AppConfig(security={"secret_key": "k" * 40})
    secret = forced_options(config)["server.cookieSecret"]
    assert len(secret) == 64
    assert "k" * 8 not in secret
    assert secret == forced_options(config)["server.cookieSecret"]


def test_no_file_can_turn_the_agent_interface_on_or_the_identity_off(project):
    written(
        project, "[server]\nenableAgentApi = true\nfileWatcherType = 'auto'\n[server.trustedUserHeaders]\nX = 'id'\n"
    )
    code = f"""
from pathlib import Path
from host.config import AppConfig
from host.web import streamlit_adapter
from host.web.options import apply_options
apply_options(AppConfig(root=Path({str(project)!r})))
assert streamlit_adapter.option("server.enableAgentApi") is False
assert streamlit_adapter.option("server.fileWatcherType") == "none"
bound = {{"X-Host-User-Id": "id", "X-Host-Device": "device", "X-Host-Session": "session", "X-Host-Epoch": "epoch"}}
assert streamlit_adapter.option("server.trustedUserHeaders") == bound
assert streamlit_adapter.option("runner.postScriptGC") is False
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)

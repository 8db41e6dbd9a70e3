"""Plugins that end the process: at their import once, and again and again while the app serves."""

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.raw import get
from tests.integration.serving import Supervised, until

AT_IMPORT = """
import os

os._exit(9)
"""
SOON_AFTER_START = """
import os, threading

from host.contributions import Plugin
from host.hookspecs import hookimpl


class Hooks:
    @hookimpl
    def lifespan(self, services):
        threading.Timer(1.5, os._exit, (9,)).start()
        yield


plugin = Plugin(hooks=Hooks)
"""


@pytest.fixture
def supervised(tmp_path):
    started = []

    def begin(code):
        site = tmp_path / "site"
        site.mkdir()
        TemporaryDistributions(site).add("acme-deadly", {"deadly": {"plugin.py": code}})
        (tmp_path / "plugins.toml").write_text("[plugins.deadly]\nenabled = true\n", encoding="utf-8")
        started.append(Supervised(tmp_path, "--port", "0", PYTHONPATH=str(site)))
        return started[-1]

    yield begin
    for each in started:
        each.close()


def test_a_plugin_that_ends_the_process_at_its_import_is_out_at_the_next_try(supervised):
    app = supervised(AT_IMPORT)
    assert "exit code 9" in app.hears("died")
    port = app.ready()
    plugins = {row["id"]: row for row in get(port, "/healthz").json()["plugins"]}
    assert "ended the process" in plugins["deadly"]["reason"]


@pytest.mark.long
def test_a_crash_loop_is_told_and_ends_when_the_cause_is_switched_off(supervised, tmp_path):
    app = supervised(SOON_AFTER_START)
    port = app.ready()
    assert "5 times" in app.hears("within a minute")
    (tmp_path / "plugins.toml").write_text("[plugins.deadly]\nenabled = false\n", encoding="utf-8")
    app.hears("serves again")
    until(lambda: get(port, "/readyz").status == 200, "it is ready")
    (child,) = app.children()
    assert get(port, "/healthz").json()["status"] in {"ok", "degraded"}
    assert app.children() == [child]

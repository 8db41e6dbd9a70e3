"""A plugin whose rules answer as the test wants, in an app of its own."""

from typing import Final

import pytest

from host.security.events import SecurityEvent
from host.testing.distributions import TemporaryDistributions
from host.testing.host_app import HostApp
from host.testing.plugin import HostAppFactory

RULES: Final = """
import time
from host import Page, Permission, Plugin, ResourceRule, action, authorize, fragment, hookimpl

def judge(principal, resource):
    if resource == "raises":
        raise RuntimeError("rule broke")
    if resource == "exits":
        raise SystemExit(3)
    if resource == "hangs":
        time.sleep(30)
    if resource == "truthy":
        return "yes"
    return resource == principal.user_id

DONE = []

def draw():
    import streamlit as st

    st.button("Do", key="do", on_click=action(lambda: DONE.append("clicked")))

    @fragment
    def part():
        st.button("Again", key="again")
        DONE.append("drawn")

    part()

class Hooks:
    @hookimpl
    def pages(self):
        return [Page(path="ruled", title="Ruled", render=draw, permission="ruled.see")]

    @hookimpl
    def permissions(self):
        return [Permission(name="ruled.do", title="Do"), Permission(name="ruled.see", title="See")]

    @hookimpl
    def resource_rules(self, services):
        return [ResourceRule(permission="ruled.do", judge=judge, title="one's own", find=str.strip)]

plugin = Plugin(hooks=Hooks)
"""


@pytest.fixture
def ruled(temporary_distributions: TemporaryDistributions, make_host_app: HostAppFactory) -> HostApp:
    """An app with a permission ``ruled.do`` that a rule narrows to resources named like the person."""
    temporary_distributions.add("acme-rules", {"ruled": {"plugin.py": RULES}})
    return make_host_app(["ruled"])


@pytest.fixture
def told(ruled: HostApp) -> list[SecurityEvent]:
    """Every security event from now on."""
    events: list[SecurityEvent] = []
    ruled.application.host.security_events().listen(events.append)
    return events

"""The plugins that ship with the host keep to what third parties' plugins keep to."""

import pytest

from host.testing import PluginConformance

pytestmark = pytest.mark.timeout(300)


class TestHome(PluginConformance):
    plugin = "home"


class TestAdmin(PluginConformance):
    plugin = "admin"


class TestScripts(PluginConformance):
    plugin = "scripts"


class TestWarehouse(PluginConformance):
    plugin = "warehouse"

"""The plugins that ship with the host keep to what third parties' plugins keep to."""

from datetime import UTC, datetime

import pytest

from host.testing import EVERYBODY, HostApp, PluginConformance
from plugins.auth.models import User

pytestmark = pytest.mark.timeout(300)


class TestHome(PluginConformance):
    plugin = "home"


class TestAdmin(PluginConformance):
    plugin = "admin"


class TestScripts(PluginConformance):
    plugin = "scripts"


class TestWarehouse(PluginConformance):
    plugin = "warehouse"


class TestAuth(PluginConformance):
    plugin = "auth"

    def arrange(self, host_app: HostApp) -> None:
        """Store who looks: everybody's own page shows somebody who is there."""
        row = User(id=EVERYBODY.user_id, login="all", login_key="all", name="All", created_at=datetime.now(UTC))
        with host_app.application.host.database().begin() as unit:
            unit.session.add(row)

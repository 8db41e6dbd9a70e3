"""What every plugin keeps to; each check says what it wants when it fails."""

from collections.abc import Mapping
from typing import Any, ClassVar

from host.testing import HostApp, PluginConformance


class TestConformance(PluginConformance):
    plugin = "notes"
    page_params: ClassVar[Mapping[str, Mapping[str, Any]]] = {"notes/note": {"id": 1}}

    def arrange(self, host_app: HostApp) -> None:
        with host_app.context():
            host_app.services("notes").notes.write("Rope", "Two coils")

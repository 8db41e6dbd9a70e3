"""Rules of the house that no linter knows."""

import re
from pathlib import Path

import pytest

from host.kernel.capabilities import CAPABILITIES
from tests.environments import CHECKOUT

PLUGIN_MODULES = [
    path for path in (CHECKOUT / "plugins").rglob("*.py") if not {"pages", "pages.py", "widgets.py"} & set(path.parts)
]


@pytest.mark.parametrize("path", PLUGIN_MODULES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_streamlit_stands_in_pages_only(path: Path) -> None:
    assert not re.search(r"^\s*(import|from) streamlit\b", path.read_text("utf-8"), re.MULTILINE)


def test_tests_mirror_the_packages() -> None:
    for suite in ("unit", "integration"):
        for folder in (CHECKOUT / "tests" / suite).iterdir():
            if folder.is_dir() and folder.name not in ("plugins", "authors", "__pycache__"):
                assert (CHECKOUT / "host" / folder.name).is_dir(), folder


def test_the_catalogue_names_no_plugin() -> None:
    plugins = {path.parent.name for path in (CHECKOUT / "plugins").glob("*/plugin.toml")}
    # A capability may be called what the plugin that fills it is called.
    names = plugins - set(CAPABILITIES)
    words = set(re.findall(r"\w+", (CHECKOUT / "containers.py").read_text("utf-8")))
    assert names
    assert not names & words


# What a plugin may take past the public face, and why.
BEYOND_THE_FACE = {
    # The operators' window into the kernel and the database, released together with them.
    "admin": ("host.config", "host.data", "host.kernel", "host.logs"),
    # Fills the capability on which the gate and the host's policy stand.
    "auth": (
        "host.cli.server",
        "host.contracts.principal",
        "host.contributions",
        "host.data",
        "host.kernel",
        "host.security",
        "host.supervisor.told",
        "host.texts",
        "host.ui.look_controls",
        "host.ui.text",
        "host.web.device",
        "host.web.identity",
        "host.web.landing",
    ),
    # Stands in for Streamlit's own navigation, so it must keep clear of the router's parameter.
    "scripts": ("host.ui.router",),
}


@pytest.mark.parametrize("plugin", sorted(path.parent.name for path in (CHECKOUT / "plugins").glob("*/plugin.toml")))
def test_plugins_import_the_public_face_only(plugin: str) -> None:
    allowed = ("host.ui.design", *BEYOND_THE_FACE.get(plugin, ()))
    for path in (CHECKOUT / "plugins" / plugin).rglob("*.py"):
        taken = re.findall(r"^\s*(?:from|import) (host\.[\w.]+)", path.read_text("utf-8"), re.MULTILINE)
        assert [module for module in taken if not module.startswith(allowed)] == [], path

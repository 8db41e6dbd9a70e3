"""A booted app with the sample plugin, in this process."""

from pathlib import Path

import pytest

from host.testing.distributions import TemporaryDistributions
from host.testing.host_app import HostApp
from host.testing.plugin import HostAppFactory

SAMPLE = Path(__file__).parents[2] / "e2e" / "samples" / "shop"


@pytest.fixture
def shop(
    make_host_app: HostAppFactory, temporary_distributions: TemporaryDistributions, monkeypatch: pytest.MonkeyPatch
) -> HostApp:
    files = {str(each.relative_to(SAMPLE)): each.read_text("utf-8") for each in SAMPLE.rglob("*.*") if each.is_file()}
    temporary_distributions.add("shop", {"shop": files})
    app = make_host_app(["home", "shop"])
    monkeypatch.setenv("HOLDFAST_ROOT", str(app.application.config.root))
    return app

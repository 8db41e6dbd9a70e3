"""Opens sample scripts as pages of a real app, in Streamlit's own test runner."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host.testing import PageTest
from host.testing.plugin import HostAppFactory

SAMPLES = Path(__file__).parents[3] / "scripts_samples"


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """Return a copy of the sample scripts that the test may change."""
    return Path(shutil.copytree(SAMPLES, tmp_path / "samples"))


@pytest.fixture
def run(samples: Path, make_host_app: HostAppFactory) -> Callable[..., PageTest]:
    """Return a function that makes pages ``scripts/p0``, ``scripts/p1``, … of sample scripts and opens the first."""

    def open_pages(
        *names: str, folders: tuple[str, ...] = (), debug: bool = True, at: str = "", **query: Any
    ) -> PageTest:
        pages = [{"file": str(samples / name), "path": f"p{number}"} for number, name in enumerate(names)]
        settings = {"pages": pages, "folders": [str(samples / folder) for folder in folders]}
        app = make_host_app(["scripts"], settings={"scripts": settings}, config={"debug": debug})
        return app.call(at or "scripts/p0", **query)

    return open_pages

"""Runs sample scripts as the shell would, in Streamlit's own test runner."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

SAMPLES = Path(__file__).parents[3] / "scripts_samples"


def _host(files: list[str], roots: list[str], hosted: dict[str, str]) -> None:
    from pathlib import Path

    import streamlit as st

    from plugins.scripts.catalogue import Script
    from plugins.scripts.pages.runner import run_page

    index = int(st.query_params.get("n", "0"))
    st.text("above")
    script = Script(path="scripts/x", title="x", file=Path(files[index]), root=Path(roots[index]))
    run_page(script, {Path(file): path for file, path in hosted.items()})
    st.text("below")


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """Return a copy of the sample scripts that the test may change."""
    return Path(shutil.copytree(SAMPLES, tmp_path / "samples"))


@pytest.fixture
def run(samples: Path) -> Callable[..., AppTest]:
    """Return a function that opens sample scripts as pages; ``query_params["n"]`` chooses the page shown."""

    def open_pages(*names: str, hosted: dict[str, str] | None = None, **query: Any) -> AppTest:
        files = [str(samples / name) for name in names]
        roots = [str(samples / Path(name).parts[0]) for name in names]
        app = AppTest.from_function(_host, args=(files, roots, hosted or {}), default_timeout=20)
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    return open_pages

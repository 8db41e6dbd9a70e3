"""The sample scripts, in a copy that a test may change."""

import shutil
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[3] / "scripts_samples"


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    """Return a copy of the sample scripts."""
    return Path(shutil.copytree(SAMPLES, tmp_path / "samples"))

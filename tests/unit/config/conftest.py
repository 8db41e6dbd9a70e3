import os
from pathlib import Path

import pytest

from host.config.fields import PREFIX, SHORT_NAMES


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project folder with its own `config/`, and no setting in the environment."""
    for name in [name for name in os.environ if name.startswith(PREFIX) or name in SHORT_NAMES.values()]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOLDFAST_ROOT", str(tmp_path))
    (tmp_path / "config").mkdir()
    for name in ("base", "dev", "stage", "prod"):
        (tmp_path / "config" / f"{name}.toml").write_text("", encoding="utf-8")
    return tmp_path


@pytest.fixture
def production(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder whose production settings are in order."""
    monkeypatch.setenv("ENV", "prod")
    monkeypatch.setenv("SECRET_KEY", "k9XvQ2mLr7TzWc4HnB8sYd3FgJ6pAe5U")
    return project

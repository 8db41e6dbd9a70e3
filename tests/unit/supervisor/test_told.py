"""What a start tells: the full address, opened only where somebody sits in front of this machine."""

import sys
import webbrowser
from pathlib import Path
from typing import Any

import pytest

from host.cli.faults import RefusedError
from host.cli.run import require_demo
from host.config import AppConfig, load_config
from host.supervisor.told import may_open, public_address, tell

NOTICES = [
    {"text": "Welcome.", "path": "", "open": False},
    {"text": "Set up:", "path": "/x/a/1", "open": True},
    {"text": "Or so:", "path": "/x/a/2", "open": True},
]
DESKTOP = {"DISPLAY": ":0"}


def config(folder: Path, **values: Any) -> AppConfig:
    return load_config(folder, cli={name.replace("__", "."): value for name, value in values.items()})


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that a browser was sent to."""
    found: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: found.append(url) or True)
    return found


@pytest.fixture
def _desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("CI", raising=False)


@pytest.mark.usefixtures("_desktop")
def test_the_first_that_may_be_opened_is_opened(tmp_path: Path, opened: list[str]) -> None:
    said: list[str] = []
    tell(NOTICES, "http://127.0.0.1:8501", config(tmp_path), said.append)
    assert said == ["Welcome.", "Set up: http://127.0.0.1:8501/x/a/1", "Or so: http://127.0.0.1:8501/x/a/2"]
    assert opened == ["http://127.0.0.1:8501/x/a/1"]


@pytest.mark.usefixtures("_desktop")
@pytest.mark.parametrize("without", ["desktop", "terminal", "CI"])
def test_nothing_is_opened_where_nobody_sits(
    tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    if without == "desktop":
        monkeypatch.delenv("DISPLAY")
    elif without == "terminal":
        monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    else:
        monkeypatch.setenv("CI", "true")
    said: list[str] = []
    tell(NOTICES, "http://localhost:1", config(tmp_path), said.append)
    assert len(said) == 3
    assert opened == []


def test_production_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    dev = config(tmp_path)
    assert may_open(dev, DESKTOP)
    assert not may_open(dev.model_copy(update={"env": "prod"}), DESKTOP)


def test_behind_tls_the_public_name_is_told(tmp_path: Path) -> None:
    local = "http://127.0.0.1:8501"
    hosts = ["localhost", "127.0.0.1", "[::1]", "app.example.com"]
    assert public_address(config(tmp_path, server__allowed_hosts=hosts), local) == local
    behind = config(tmp_path, server__allowed_hosts=hosts, server__behind_tls=True)
    assert public_address(behind, local) == "https://app.example.com"
    assert public_address(config(tmp_path, server__behind_tls=True), local) == local


@pytest.mark.parametrize(
    ("user", "settings", "why"),
    [
        ("admin", {}, "only 'demo'"),
        ("", {}, "only 'demo'"),
        ("demo", {"env": "stage"}, "this is stage"),
        ("demo", {"server.host": "0.0.0.0"}, "listen on 0.0.0.0"),
        ("demo", {"server.host": "192.168.1.5"}, "listen on 192.168.1.5"),
    ],
)
def test_as_demo_is_refused_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str, settings: dict[str, Any], why: str
) -> None:
    monkeypatch.setenv("HOLDFAST_ROOT", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "q7V2m9Xw4Zt8Lr3Ks6Hd1Nf5Pb0Yc7Ju2Ga9Te4")
    with pytest.raises(RefusedError, match=why) as refused:
        require_demo(user, settings)
    assert refused.value.exit_code == 4


def test_as_demo_is_taken_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_ROOT", str(tmp_path))
    require_demo("demo", {"server.host": "127.0.0.1"})

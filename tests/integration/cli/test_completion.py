"""The shell completes commands, plugin groups and plugin ids, and boots nothing for it."""

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.cli.conftest import Shell
from tests.integration.cli.plugins import GREETER, TELLTALE


def _completed(shell: Shell, line: str) -> list[str]:
    words = line.split(" ")
    env = {"_APP_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    return shell.app(env=env).out.split()


@pytest.fixture
def installed(shell: Shell, distributions: TemporaryDistributions) -> Shell:
    """Two plugins with commands, one of which tells when it is imported."""
    distributions.add("acme", {"greeter": GREETER, "telltale": TELLTALE})
    shell.plugins_toml("[plugins.greeter]\n[plugins.telltale]\n")
    return shell


def test_commands_and_plugin_groups(installed: Shell) -> None:
    assert _completed(installed, "app st") == ["status"]
    assert _completed(installed, "app tell") == ["telltale"]
    assert "greet" in _completed(installed, "app ")
    assert not (installed.site / "acme_telltale" / "imported").exists()


def test_commands_within_a_group(installed: Shell) -> None:
    assert _completed(installed, "app plugins dis") == ["disable"]


@pytest.mark.parametrize("command", ["show", "enable", "disable", "expose", "purge", "vet", "plan --disable"])
def test_plugin_ids(installed: Shell, command: str) -> None:
    assert _completed(installed, f"app plugins {command} tellt") == ["telltale"]


def test_the_script_that_installs_it_is_shown(installed: Shell) -> None:
    ended = installed.app("--show-completion", env={"SHELL": "/bin/bash"})
    assert ended.code == 0
    assert "_APP_COMPLETE" in ended.out


def test_it_is_installed_for_the_shell(installed: Shell) -> None:
    home = installed.root.parent / "home"
    home.mkdir()
    ended = installed.app("--install-completion", env={"HOME": str(home), "SHELL": "/bin/bash"})
    assert ended.code == 0
    assert any(path.is_file() for path in home.rglob("*app*"))

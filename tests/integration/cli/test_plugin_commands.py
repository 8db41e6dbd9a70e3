"""Commands of plugins run inside a booted app, as somebody, and fail with a reason."""

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.cli.conftest import Shell
from tests.integration.cli.plugins import BROKEN, GREETER


@pytest.fixture
def greeting(shell: Shell, distributions: TemporaryDistributions) -> Shell:
    """A plugin with commands, switched on."""
    distributions.add("acme", {"greeter": GREETER})
    shell.plugins_toml("[plugins.greeter]\n")
    return shell


def test_services_are_filled_in_and_the_rest_are_options(greeting: Shell) -> None:
    ended = greeting.app("greet", "hello", "Ada", "--loud")
    assert (ended.code, ended.out, ended.err) == (0, "HELLO ADA\n", "")
    helped = greeting.app("greet", "hello", "--help").out
    assert "--loud" in helped
    assert "greeter" not in helped.replace("Usage: app greet", "").lower()


def test_the_group_lists_its_commands(greeting: Shell) -> None:
    out = greeting.app("greet", "--help").out
    assert "Greets people" in out
    assert {"hello", "whoami", "refuse", "crash"} <= set(out.split())


def test_it_runs_as_somebody_with_a_correlation_id(greeting: Shell) -> None:
    who, language = greeting.app("greet", "whoami", env={"LC_ALL": "C.UTF-8"}).out.splitlines()
    assert who == "local True greeter"
    assert language == "en True"


def test_it_speaks_the_terminal_s_language(greeting: Shell) -> None:
    out = greeting.app("greet", "whoami", env={"LC_ALL": "", "LC_MESSAGES": "", "LANG": "de_DE.UTF-8"}).out
    assert out.splitlines()[1].startswith("de ")


def test_what_it_refuses_is_shown_with_the_remedy(greeting: Shell) -> None:
    ended = greeting.app("greet", "refuse")
    assert ended.code == 3
    assert "row 3: no amount" in ended.err
    assert "Fix: Give one." in ended.err


def test_what_it_did_not_foresee_leads_to_the_log_line(greeting: Shell) -> None:
    ended = greeting.app("greet", "crash")
    assert ended.code == 1
    assert "kaputt" in ended.err
    error_id = ended.err.split("app log find ")[1].split("`")[0]
    found = greeting.app("log", "find", error_id, "--json")
    assert found.code == 0
    assert '"plugin": "greeter"' in found.out
    assert '"correlation_id"' in found.out


def test_a_plugin_that_is_off_says_so_without_a_start(greeting: Shell) -> None:
    greeting.app("plugins", "disable", "greeter")
    ended, modules = greeting.modules("greet", "hello", "Ada")
    assert ended.code == 3
    assert "plugin greeter, which is off: switched off (database)" in ended.err
    assert "app plugins enable greeter" in ended.err
    assert not [name for name in modules if name.startswith("acme_")]


def test_a_plugin_that_failed_says_why_in_one_line(shell: Shell, distributions: TemporaryDistributions) -> None:
    files = {**GREETER, "plugin.py": BROKEN["plugin.py"]}
    distributions.add("acme", {"greeter": files})
    shell.plugins_toml("[plugins.greeter]\n")
    ended = shell.app("greet", "hello", "Ada")
    assert ended.code == 2
    assert "plugin greeter, which is failed: import failed: RuntimeError: no licence found" in ended.err


def test_a_plugin_can_t_take_a_command_of_the_host(shell: Shell, distributions: TemporaryDistributions) -> None:
    thief = {"plugin.toml": '[plugin]\nhost = ">=1.0,<2"\ncommands = { plugins = "Mine now" }\n'}
    distributions.add("acme", {"thief": thief})
    shell.plugins_toml("[plugins.thief]\n")
    assert "Mine now" not in shell.app("--help").out
    assert shell.app("plugins", "list").code == 0

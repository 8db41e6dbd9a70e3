"""``app --as LOGIN``: a plugin's command runs as that user, with that user's rights, and only if it was made for it."""

import json

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.cli.conftest import Shell

GATEHOUSE = {
    "plugin.toml": """
        [plugin]
        host = ">=1.2,<2"
        commands = { gate = "Opens and tells" }
        [plugin.provides]
        auth = ["gatehouse"]
    """,
    "plugin.py": """
        import typer
        from dependency_injector import containers, providers
        from host import Command, Permission, Plugin, Principal, authorize, current, hookimpl

        PEOPLE = {
            "ada": Principal("1a", "Ada", permissions=frozenset({"gatehouse.open"})),
            "bob": Principal("2b", "Bob"),
            "eve": Principal("3e", "Eve", permissions=frozenset({"*"}), denied=frozenset({"gatehouse.open"})),
        }

        class Keeper:
            def resolve(self, credentials):
                return None
            def principal(self, user_id):
                return next((each for each in PEOPLE.values() if each.user_id == user_id), None)
            def person(self, login):
                return PEOPLE.get(login)

        class Services(containers.DeclarativeContainer):
            auth = providers.ThreadSafeSingleton(Keeper)

        def opened() -> None:
            typer.echo(f"{current().principal.user_id} {current().principal.may('gatehouse.burn')}")

        def burned() -> None:
            authorize("gatehouse.burn")

        def owned() -> None:
            typer.echo(current().principal.user_id)

        class Hooks:
            @hookimpl
            def permissions(self):
                return [Permission(name=f"gatehouse.{each}", title=each) for each in ("open", "burn")]
            @hookimpl
            def commands(self):
                return [
                    Command(group="gate", name="open", run=opened, permission="gatehouse.open"),
                    Command(group="gate", name="burn", run=burned, permission="gatehouse.open"),
                    Command(group="gate", name="own", run=owned),
                ]

        plugin = Plugin(services=Services, hooks=Hooks)
    """,
}


@pytest.fixture
def gate(shell: Shell, distributions: TemporaryDistributions) -> Shell:
    """A plugin that knows three people."""
    distributions.add("acme", {"gatehouse": GATEHOUSE})
    shell.plugins_toml("[plugins.gatehouse]\n")
    return shell


def test_it_runs_with_the_rights_of_that_user_only(gate: Shell) -> None:
    ended = gate.app("--as", "ada", "gate", "open")
    assert (ended.code, ended.out) == (0, "1a False\n")
    refused = gate.app("--as", "ada", "gate", "burn")
    assert refused.code == 4, refused.err


@pytest.mark.parametrize("login", ["bob", "eve"])
def test_who_lacks_the_permission_is_refused(gate: Shell, login: str) -> None:
    ended = gate.app("--as", login, "gate", "open")
    assert (ended.code, ended.out) == (4, "")
    assert "takes gatehouse.open" in ended.err


@pytest.mark.parametrize("login", ["nobody", "1a", "ADA", "local", "command-line"])
def test_who_is_not_there_is_refused(gate: Shell, login: str) -> None:
    ended = gate.app("--as", login, "gate", "open")
    assert (ended.code, ended.out) == (4, "")
    assert f"no active user '{login}'" in ended.err


def test_a_command_without_a_permission_is_for_the_terminal_only(gate: Shell) -> None:
    ended = gate.app("--as", "eve", "gate", "own")
    assert (ended.code, ended.out) == (4, "")
    assert gate.app("gate", "own").out == "command-line\n"


def test_the_host_s_own_commands_refuse_it(gate: Shell) -> None:
    ended = gate.app("--as", "ada", "config", "show", "--json")
    assert (ended.code, ended.out) == (4, "")
    assert "the host's own" in json.loads(ended.err)["error"]["what"]


def test_an_empty_name_is_no_way_around(gate: Shell) -> None:
    ended = gate.app("--as", "", "gate", "own")
    assert (ended.code, ended.out) == (3, "")


def test_another_project_folder_is_used_for_plugins_commands_too(gate: Shell) -> None:
    elsewhere = gate.root.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "plugins.toml").write_text("")
    ended = gate.app("-C", str(elsewhere), "gate", "own")
    assert ended.code == 3
    assert "gatehouse, which is off" in ended.err

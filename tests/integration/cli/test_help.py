"""`app --help` is fast because it imports nothing that a command needs."""

import os
import resource
import subprocess
import sys

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.cli.conftest import APP, Shell
from tests.integration.cli.plugins import GREETER, TELLTALE

HEAVY = {"streamlit", "sqlalchemy", "alembic", "containers", "dependency_injector", "pydantic", "rich", "plugins"}


def test_imports_neither_streamlit_nor_the_database_nor_a_plugin_nor_the_container(
    shell: Shell, distributions: TemporaryDistributions
) -> None:
    distributions.add("acme", {"telltale": TELLTALE})
    shell.plugins_toml("[plugins.telltale]\n[plugins.warehouse]\n")
    ended, modules = shell.modules("--help")
    assert ended.code == 0
    assert "Tells" in ended.out
    assert "warehouse" in ended.out
    assert {name.partition(".")[0] for name in modules} & {*HEAVY, "acme_telltale"} == set()
    assert not (shell.site / "acme_telltale" / "imported").exists()


def test_lists_the_groups_of_plugins_that_are_switched_on_only(
    shell: Shell, distributions: TemporaryDistributions
) -> None:
    distributions.add("acme", {"greeter": GREETER})
    assert "Greets people" not in shell.app("--help").out
    shell.plugins_toml("[plugins.greeter]\n")
    assert "Greets people" in shell.app("--help").out
    assert "Greets people" not in shell.app("--help", env={"FEATURE_GREETER": "false"}).out
    (shell.root / ".env").write_text("FEATURE_GREETER=off\n")
    assert "Greets people" not in shell.app("--help").out


def test_follows_what_operators_switched_without_asking_the_database(
    shell: Shell, distributions: TemporaryDistributions
) -> None:
    distributions.add("acme", {"greeter": GREETER})
    shell.plugins_toml("[plugins.greeter]\n")
    assert shell.app("plugins", "disable", "greeter").code == 0
    assert "Greets people" not in shell.app("--help").out
    assert shell.app("plugins", "enable", "greeter").code == 0
    assert "Greets people" in shell.app("--help").out


@pytest.mark.parametrize("layer", ["environment", "file"])
def test_finds_the_local_copy_where_the_settings_put_the_data(
    shell: Shell, distributions: TemporaryDistributions, layer: str
) -> None:
    distributions.add("acme", {"greeter": GREETER})
    shell.plugins_toml("[plugins.greeter]\n")
    if layer == "environment":
        shell.env["APP_DATA_DIR"] = "elsewhere"
    else:
        (shell.root / "config").mkdir()
        (shell.root / "config" / "base.toml").write_text('data_dir = "elsewhere"\n')
    shell.app("plugins", "disable", "greeter")
    assert (shell.root / "elsewhere" / "toggles.json").exists()
    assert "Greets people" not in shell.app("--help").out


def test_is_shown_whatever_is_wrong_with_files_and_plugins(shell: Shell, distributions: TemporaryDistributions) -> None:
    distributions.add("acme", {"greeter": {**GREETER, "plugin.toml": "no = [toml"}})
    shell.plugins_toml("[[[")
    shell.env["FEATURE_GREETER"] = "perhaps"
    ended = shell.app("--help")
    assert ended.code == 0
    assert "doctor" in ended.out


def test_without_words_shows_the_help_as_wrong_usage(shell: Shell) -> None:
    ended = shell.app()
    assert ended.code == 3
    assert "Commands:" in ended.err


def test_an_unknown_command_is_wrong_usage_and_names_the_nearest(shell: Shell) -> None:
    ended = shell.app("statsu")
    assert ended.code == 3
    assert "Did you mean 'status'" in ended.err


def test_a_wrong_option_is_json_on_stderr_where_json_was_asked_for(shell: Shell) -> None:
    ended = shell.app("plugins", "list", "--json", "--fast")
    assert ended.code == 3
    assert '"code": 3' in ended.err
    assert ended.out == ""


def test_the_project_folder_can_be_named(shell: Shell, distributions: TemporaryDistributions) -> None:
    distributions.add("acme", {"greeter": GREETER})
    other = shell.root.parent / "other"
    other.mkdir()
    (other / "plugins.toml").write_text("[plugins.greeter]\n")
    ended = shell.app("--project", str(other), "plugins", "list", "--json")
    assert {row["id"]: row["enabled"] for row in ended.json["plugins"]}["greeter"] is True
    assert (other / "var").exists()


def test_a_project_folder_that_does_not_exist_is_named(shell: Shell) -> None:
    ended = shell.app("-C", "/nowhere/at/all", "status")
    assert ended.code == 3
    assert "/nowhere/at/all" in ended.err


@pytest.mark.long
def test_costs_a_fraction_of_importing_what_it_avoids(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """Processor time of the help against that of the imports it does without, in turns."""
    heavy = [sys.executable, "-c", "import typer, pydantic, sqlalchemy.orm, streamlit"]
    spent = {"help": 0.0, "python": 0.0, "imports": 0.0}
    for _ in range(3):
        spent["help"] += _cpu_s([str(APP), "--help"], shell)
        spent["python"] += _cpu_s([sys.executable, "-c", "pass"], shell)
        spent["imports"] += _cpu_s(heavy, shell)
    with capsys.disabled():
        ratio = spent["help"] / spent["python"]
        sys.stdout.write(f"\napp --help: {spent['help'] / 3:.3f} s processor time, {ratio:.1f} × bare python\n")
    assert spent["help"] < spent["imports"] / 2


def _cpu_s(command: list[str], shell: Shell) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=shell.root, env=os.environ | shell.env, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

"""`app plugins list` and `show` know plan and last report; `--fresh` tries a start elsewhere."""

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.cli.conftest import Shell
from tests.integration.cli.plugins import BROKEN, GREETER, NEEDS_GREETER

WEB = "from host.kernel.boot import boot; boot('web').close()"


def _row(shell: Shell, id_: str, *options: str) -> dict[str, object]:
    rows = shell.app("plugins", "list", "--json", *options).json["plugins"]
    return next(row for row in rows if row["id"] == id_)


def test_one_line_each_with_the_reason_and_the_remedy(shell: Shell, distributions: TemporaryDistributions) -> None:
    distributions.add("acme", {"greeter": GREETER, "needy": NEEDS_GREETER})
    shell.plugins_toml("[plugins.needy]\n[plugins.gone]\n")
    lines = shell.app("plugins", "list").out.splitlines()
    assert lines[0].split() == ["id", "state", "stage", "origin", "version", "distribution", "reason"]
    [needy] = [line for line in lines if line.startswith("needy")]
    assert "failed" in needy
    assert "requires greeter (off)" in needy
    [gone] = [line for line in lines if line.startswith("gone")]
    assert "missing" in gone
    assert "not installed → Install its distribution" in gone


def test_only_strict_turns_a_plugin_that_is_out_into_an_exit_code(
    shell: Shell, distributions: TemporaryDistributions
) -> None:
    distributions.add("acme", {"greeter": GREETER})
    shell.plugins_toml("[plugins.greeter]\n")
    assert shell.app("plugins", "list", "--strict").code == 0
    shell.plugins_toml("[plugins.greeter]\n[plugins.gone]\n")
    assert shell.app("plugins", "list").code == 0
    assert shell.app("plugins", "list", "--strict").code == 2


@pytest.mark.long
def test_faults_of_import_are_those_of_the_last_web_process(
    shell: Shell, distributions: TemporaryDistributions
) -> None:
    distributions.add("acme", {"broken": BROKEN, "greeter": GREETER})
    shell.plugins_toml("[plugins.broken]\n[plugins.greeter]\n")
    assert _row(shell, "broken")["state"] == "planned"
    assert "--fresh" in shell.app("plugins", "list").out

    assert shell.python(WEB).code == 0
    assert _row(shell, "broken")["stage"] == "load"
    assert "no licence found" in str(_row(shell, "broken")["reason"])
    assert _row(shell, "greeter")["state"] == "active"
    assert "Reported by the last web process" in shell.app("plugins", "list").out
    assert "no licence found" in shell.app("plugins", "show", "broken").out


def test_a_report_of_another_plan_is_left_out(shell: Shell, distributions: TemporaryDistributions) -> None:
    distributions.add("acme", {"broken": BROKEN, "greeter": GREETER})
    shell.plugins_toml("[plugins.broken]\n")
    shell.python(WEB)
    shell.plugins_toml("[plugins.broken]\n[plugins.greeter]\n")
    assert _row(shell, "broken")["state"] == "planned"
    assert "of another plan" in shell.app("plugins", "list").out


def test_a_fresh_start_shows_how_far_each_gets_and_imports_none_here(
    shell: Shell, distributions: TemporaryDistributions
) -> None:
    distributions.add("acme", {"broken": BROKEN, "greeter": GREETER})
    shell.plugins_toml("[plugins.broken]\n[plugins.greeter]\n")
    ended, modules = shell.modules("plugins", "list", "--fresh", "--strict")
    assert ended.code == 2
    assert "no licence found" in ended.out
    assert "Reported by a trial start" in ended.out
    assert not [name for name in modules if name.startswith("acme_")]
    assert _row(shell, "broken")["state"] == "planned"


def test_a_fresh_start_that_hangs_is_ended(shell: Shell, distributions: TemporaryDistributions) -> None:
    distributions.add("acme", {"endless": {"plugin.py": "while True: pass"}})
    shell.plugins_toml("[plugins.endless]\n")
    ended = shell.app("plugins", "list", "--fresh", "--timeout", "2")
    assert ended.code == 1
    assert "app plugins vet" in ended.err
    assert _row(shell, "endless")["state"] == "planned"


def test_a_plugin_that_ends_the_process_is_named_afterwards(
    shell: Shell, distributions: TemporaryDistributions
) -> None:
    distributions.add("acme", {"killer": {"plugin.py": "import os; os._exit(7)"}})
    shell.plugins_toml("[plugins.killer]\n")
    ended = shell.app("plugins", "list", "--fresh")
    assert ended.code == 1
    assert "code 7" in ended.err
    assert "ended the process during the last start (stage load)" in str(_row(shell, "killer")["reason"])


def test_show_tells_where_a_plugin_comes_from(shell: Shell, distributions: TemporaryDistributions) -> None:
    distributions.add("acme", {"greeter": GREETER, "needy": NEEDS_GREETER}, version="2.5")
    shell.plugins_toml("[plugins.greeter]\n[plugins.needy]\n")
    facts = shell.app("plugins", "show", "greeter", "--json").json
    assert facts["installed_from"] == ["acme 2.5"]
    assert facts["folder"] == [str(shell.site / "acme_greeter")]
    assert facts["required_by"] == ["needy"]
    assert facts["manifest_tables"] == "greeter_"
    assert "decided by" in shell.app("plugins", "show", "greeter").out


def test_show_of_an_unknown_id_names_the_nearest(shell: Shell, distributions: TemporaryDistributions) -> None:
    distributions.add("acme", {"greeter": GREETER})
    ended = shell.app("plugins", "show", "greter")
    assert ended.code == 3
    assert "Did you mean 'greeter'?" in ended.err

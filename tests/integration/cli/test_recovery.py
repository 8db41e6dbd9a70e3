"""Commands with which an operator gets out of trouble import no plugin, whatever is wrong with it."""

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.cli.conftest import Shell
from tests.integration.cli.plugins import TELLTALE

RECOVERY = (
    ("plugins", "list"),
    ("plugins", "show", "telltale"),
    ("plugins", "plan"),
    ("plugins", "plan", "--disable", "telltale"),
    ("plugins", "disable", "telltale"),
    ("plugins", "expose", "telltale", "--percent", "10"),
    ("plugins", "purge", "telltale", "--yes"),
    ("plugins", "doctor"),
    ("plugins", "vet", "telltale"),
    ("status",),
    ("doctor",),
    ("telltale",),
)


@pytest.mark.parametrize("words", RECOVERY, ids=" ".join)
def test_imports_no_plugin_and_no_streamlit(
    shell: Shell, distributions: TemporaryDistributions, words: tuple[str, ...]
) -> None:
    distributions.add("acme", {"telltale": TELLTALE})
    shell.plugins_toml("[plugins.telltale]\n[plugins.warehouse]\n")
    if (words[-1] in ("--yes", "telltale") and words[0] != "plugins") or "purge" in words:
        shell.env["FEATURE_TELLTALE"] = "false"
    _, modules = shell.modules(*words)
    tops = {name.partition(".")[0] for name in modules}
    assert "host" in tops
    assert tops & {"acme_telltale", "plugins", "streamlit"} == set()


def test_the_list_is_shown_while_the_database_is_away(shell: Shell, distributions: TemporaryDistributions) -> None:
    distributions.add("acme", {"telltale": TELLTALE})
    shell.plugins_toml("[plugins.telltale]\n")
    assert shell.app("plugins", "disable", "telltale").code == 0
    away = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    ended = shell.app("plugins", "list", "--json", env=away)
    assert ended.code == 0
    [row] = [each for each in ended.json["plugins"] if each["id"] == "telltale"]
    assert (row["state"], row["origin"]) == ("off", "database")
    assert shell.app("status", env=away).code == 1


def test_the_list_touches_no_table_of_a_database_that_is_only_checked(shell: Shell) -> None:
    shell.env["APP_DATABASE__MIGRATE"] = "check"
    assert shell.app("plugins", "list").code == 0
    ended = shell.app("plugins", "expose", "warehouse", "--everybody")
    assert ended.code == 1
    assert "app db migrate" in ended.err

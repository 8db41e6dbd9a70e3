"""Switching plugins: what would happen is shown first, what happened is said after."""

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.cli.conftest import Shell
from tests.integration.cli.plugins import GREETER, NEEDS_GREETER


@pytest.fixture
def both(shell: Shell, distributions: TemporaryDistributions) -> Shell:
    """A plugin and one that requires it, both on."""
    distributions.add("acme", {"greeter": GREETER, "needy": NEEDS_GREETER})
    shell.plugins_toml("[plugins.greeter]\n[plugins.needy]\n")
    return shell


def _order(shell: Shell) -> list[str]:
    order: list[str] = shell.app("plugins", "plan", "--json").json["order"]
    return order


def test_plan_shows_order_and_reasons(both: Shell) -> None:
    out = both.app("plugins", "plan").out
    assert out.index("1. greeter") < out.index("2. needy")
    assert "warehouse  off: installed, not listed in plugins.toml" in out


def test_plan_of_a_change_changes_nothing(both: Shell) -> None:
    out = both.app("plugins", "plan", "--disable", "greeter").out
    assert "greeter goes out" in out
    assert "needy goes out: requires greeter (off)" in out
    assert "rolling restart" in out
    assert _order(both) == ["greeter", "needy"]


def test_plan_of_several_changes_at_once(both: Shell) -> None:
    told = both.app("plugins", "plan", "--disable", "needy", "--enable", "warehouse", "--json").json
    assert told["order"] == ["greeter", "warehouse"]
    assert told["restart"] is True


def test_disable_asks_when_others_go_out_and_does_nothing_without_an_answer(both: Shell) -> None:
    ended = both.app("plugins", "disable", "greeter")
    assert ended.code == 4
    assert "needy goes out" in ended.out
    assert "--yes" in ended.err
    assert _order(both) == ["greeter", "needy"]
    assert both.app("plugins", "disable", "greeter", "--yes").code == 0
    assert _order(both) == []


def test_disable_of_one_that_nobody_needs_asks_nothing(both: Shell) -> None:
    ended = both.app("plugins", "disable", "needy")
    assert ended.code == 0
    assert "from the next start on" in ended.out
    assert _order(both) == ["greeter"]


def test_it_says_so_when_processes_will_restart(both: Shell) -> None:
    both.python(
        "from host.kernel.boot import lay_ground\nlay_ground().host.processes().register('web', '0.1.0', 'somehash')"
    )
    assert "by a rolling restart of 1 running" in both.app("plugins", "disable", "needy").out


def test_enabling_what_stays_out_says_why(both: Shell) -> None:
    both.app("plugins", "disable", "greeter", "--yes")
    ended = both.app("plugins", "enable", "needy")
    assert ended.code == 2
    assert "It stays out: requires greeter (off)" in ended.err


def test_switching_what_is_so_already_changes_nothing(both: Shell) -> None:
    ended = both.app("plugins", "enable", "greeter")
    assert ended.code == 0
    assert "stays as it is" in ended.out


def test_what_the_environment_pins_is_not_switched(both: Shell) -> None:
    ended = both.app("plugins", "disable", "needy", env={"FEATURE_NEEDY": "true"})
    assert ended.code == 3
    assert "FEATURE_NEEDY" in ended.err


def test_expose_takes_effect_at_once(both: Shell) -> None:
    ended = both.app("plugins", "expose", "greeter", "--role", "finance", "--percent", "20")
    assert ended.code == 0
    assert "20 % of finance, at once" in ended.out
    assert both.app("plugins", "show", "greeter", "--json").json["shown_to"] == "20 % of finance"
    assert both.app("plugins", "expose", "greeter", "--everybody").code == 0
    assert both.app("plugins", "show", "greeter", "--json").json["shown_to"] == "everybody"


def test_expose_to_nobody_in_particular_is_refused(both: Shell) -> None:
    assert both.app("plugins", "expose", "greeter").code == 3
    assert both.app("plugins", "expose", "greeter", "--everybody", "--role", "x").code == 3
    assert both.app("plugins", "expose", "greeter", "--percent", "120").code == 3

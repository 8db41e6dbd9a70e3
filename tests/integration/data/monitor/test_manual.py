"""The manual of the monitor says what the code does."""

import re

import pytest
from pydantic.fields import FieldInfo

from host.cli.db_monitor import COMMANDS
from host.config import DatabaseConfig
from host.data.monitor.buckets import MOST_KEYS
from host.data.monitor.findings import THRESHOLD, lazy_load_cure
from host.data.monitor.histogram import RELATIVE_ERROR
from host.data.monitor.ledger import MOST_SHAPES
from host.data.monitor.retention import KEEP_DAYS, KEEP_MINUTES
from host.testing.plugin import STRICT_INI
from tests.environments import CHECKOUT

MANUAL = " ".join((CHECKOUT / "docs" / "monitor.md").read_text("utf-8").split())


def test_every_setting_it_names_exists():
    named = set(re.findall(r"`database\.(\w+)", MANUAL))
    assert named == {"monitor", "slow_ms", "p95_budget_ms", "strict_loading"}
    assert all(isinstance(DatabaseConfig.model_fields[name], FieldInfo) for name in named)


def test_every_command_it_names_exists():
    assert set(re.findall(r"app db (\w+)", MANUAL)) == {command.__name__ for command in COMMANDS} | {"new"}


@pytest.mark.parametrize(
    "said",
    [
        f"at most {RELATIVE_ERROR:.1%} off".replace("%", " %"),
        f"{MOST_SHAPES:,} shapes",
        f"keeps {MOST_KEYS:,} pairs",
        f"for {KEEP_DAYS} days",
        "two hours" if KEEP_MINUTES == 120 else f"{KEEP_MINUTES} minutes",
        "from five times on" if THRESHOLD == 5 else f"from {THRESHOLD} times on",
        f"{STRICT_INI} = true",
        lazy_load_cure("Good", "parts"),
    ],
)
def test_its_figures_are_those_of_the_code(said: str):
    assert said in MANUAL

"""The manual names every rule, template and command there is."""

import re

from host.cli.db import app
from host.data.migrate.authoring import TEMPLATES
from host.data.migrate.safety.rules import RULES, Rule
from tests.environments import CHECKOUT

MANUAL = (CHECKOUT / "docs" / "migrations.md").read_text(encoding="utf-8")
PLAIN = {
    "{change.table}.{change.name}": "the column",
    "{change.name} on {change.table}": "an index",
    "the constraint {change.name} to {change.table}": "a constraint",
    "{change.table}": "the table",
    "{change.name}": "the index",
    ": {change.detail}": "",
}


def row(rule: Rule) -> str:
    """A rule as the manual's table has it."""
    why = rule.why
    for blank, word in PLAIN.items():
        why = why.replace(blank, word)
    return f"| `{rule.name}` | {'both' if len(rule.dialects) == 2 else 'PostgreSQL'} | {why} |"


def test_the_table_of_rules_is_up_to_date():
    lines = MANUAL.splitlines()
    first = lines.index("| rule | on | why |") + 2
    assert lines[first : first + len(RULES)] == [row(rule) for rule in RULES]


def test_every_template_is_explained():
    assert set(re.findall(r"^\| `(\w+)` \| .+ \|$", MANUAL, re.MULTILINE)) >= set(TEMPLATES)


def test_only_commands_and_options_that_exist_are_named():
    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    named = set(re.findall(r"app db (\w+)", MANUAL))
    assert named <= known
    assert {"migrate", "rollback", "status", "new", "check", "sql"} <= named

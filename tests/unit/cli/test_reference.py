"""The manual of the command line is equal to the commands."""

from pathlib import Path

from host.cli.catalogue import ENTRIES
from host.cli.plugins import ENTRIES as PLUGINS
from host.cli.reference import reference


def test_docs_are_up_to_date() -> None:
    stored = Path(__file__).parents[3] / "docs" / "cli.md"
    assert stored.read_text(encoding="utf-8") == reference(), "run: make docs"


def test_every_command_has_a_section_and_every_option_a_help() -> None:
    text = reference()
    for entry in (*ENTRIES, *(f"plugins {entry.name}" for entry in PLUGINS)):
        assert f"## `app {entry if isinstance(entry, str) else entry.name}`" in text
    options = [line for line in text.splitlines() if line.startswith("  -")]
    assert [line for line in options if len(line.split("  ")) < 3 and line.rstrip().endswith(">")] == []

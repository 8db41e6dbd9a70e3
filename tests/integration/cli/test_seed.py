"""``app db seed`` with sizes: who takes one gets it, progress as lines, a bar or JSON, a fault stops nobody else."""

import contextlib
import os
import pty
import subprocess

import pytest

from host.testing import TemporaryDistributions
from tests.integration.cli.conftest import APP, Shell

GARDEN = """
from host import Plugin, Seed, SeedProgress, hookimpl

class Hooks:
    @hookimpl
    def seeds(self, services):
        def plain():
            yield "one row"

        def beds(size):
            total = {"small": 4, "medium": 40, "large": 400}[size]
            for done in range(1, total + 1):
                yield SeedProgress(done, total, "plants")
            yield f"{size} garden"

        def broken(size):
            yield SeedProgress(1, 3, "stones")
            raise ValueError("of mine")

        return [
            Seed(name="plain", title="Plain", run=plain),
            Seed(name="broken", title="Breaks", run=broken, sized=True),
            Seed(name="beds", title="Beds", run=beds, sized=True),
        ]

plugin = Plugin(hooks=Hooks)
"""


@pytest.fixture
def garden(shell: Shell, distributions: TemporaryDistributions) -> Shell:
    """A project with a plugin that has seeds with and without sizes."""
    distributions.add("acme-garden", {"garden": {"plugin.py": GARDEN}})
    shell.plugins_toml("[plugins.garden]\n")
    return shell


def test_without_a_terminal_progress_is_a_line_now_and_then(garden: Shell) -> None:
    ended = garden.app("db", "seed", "garden.beds", "--size", "large")
    lines = [line.strip() for line in ended.out.splitlines()]
    assert ended.code == 0, ended.err
    assert lines[0] == "garden.beds: Beds"
    assert lines[-1] == "large garden"
    assert lines[1:-1] == [f"{done} of 400 plants" for done in range(40, 401, 40)]


def test_small_is_the_size_when_none_is_named_and_an_unknown_one_is_refused(garden: Shell) -> None:
    assert "small garden" in garden.app("db", "seed", "garden.beds").out
    refused = garden.app("db", "seed", "garden.beds", "--size", "huge")
    assert refused.code == 3
    assert "large" in refused.err


def test_json_says_it_all_and_nothing_else(garden: Shell) -> None:
    ended = garden.app("db", "seed", "--size", "medium", "--json")
    assert ended.code == 1
    assert ended.json == {
        "seeds": [
            {"name": "garden.plain", "done": True, "lines": ["one row"], "error": ""},
            {"name": "garden.broken", "done": False, "lines": [], "error": "of mine"},
            {"name": "garden.beds", "done": True, "lines": ["medium garden"], "error": ""},
        ]
    }


def test_the_list_says_which_come_in_sizes(garden: Shell) -> None:
    sizes = {row["name"]: row["sizes"] for row in garden.app("db", "seed", "--list", "--json").json["seeds"]}
    assert sizes == {"garden.plain": "-", "garden.broken": "small medium large", "garden.beds": "small medium large"}


def test_a_terminal_shows_a_bar_and_the_lines_after_it(garden: Shell) -> None:
    ours, theirs = pty.openpty()
    known = {**os.environ, **garden.env, "PYTHONPATH": str(garden.site), "TERM": "xterm", "COLUMNS": "100"}
    command = [str(APP), "db", "seed", "garden", "--size", "large"]
    ended = subprocess.Popen(command, cwd=garden.root, env=known, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = _shown(ours)
    assert ended.wait() == 1
    assert "400/400" in said
    assert "plants" in said
    assert said.rstrip().endswith("large garden")
    assert "of mine" in said


def _shown(terminal: int) -> str:
    """Return what is written to a terminal until nobody has it open any more."""
    parts = []
    with contextlib.suppress(OSError):  # how Linux says that the other end is closed
        while part := os.read(terminal, 1 << 16):
            parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()

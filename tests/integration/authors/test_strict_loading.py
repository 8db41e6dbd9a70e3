"""A plugin author's tests fail at a loop that asks the database once per item, if the author wants that."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.environments import CHECKOUT

TEST = """
import pytest
from sqlalchemy import text
from host.data.monitor import NPlusOneError

def greedy(app):
    with app.application.host.database().begin(readonly=True) as unit:
        for number in range(10):
            unit.session.execute(text("SELECT pid FROM host_process WHERE id = :id"), {"id": str(number)}).first()

def test_a_loop(host_app):
    greedy(host_app)

@pytest.mark.holdfast(["home"], config={"database.strict_loading": False})
def test_a_loop_that_is_allowed(host_app):
    greedy(host_app)
"""


@pytest.mark.parametrize(("strict", "outcome"), [(True, "1 failed, 1 passed"), (False, "2 passed")])
def test_the_ini_option_makes_loops_raise(tmp_path: Path, strict: bool, outcome: str):
    option = f"holdfast_strict_loading = {str(strict).lower()}\nholdfast_plugins = home\n"
    (tmp_path / "pytest.ini").write_text(f"[pytest]\n{option}")
    (tmp_path / "test_greedy.py").write_text(TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, env={"PATH": "/usr/bin", "PYTHONPATH": str(CHECKOUT)}, check=False,
                          capture_output=True, text=True)  # fmt: skip
    assert outcome in done.stdout, done.stdout + done.stderr
    if strict:
        assert "NPlusOneError: N+1: " in done.stdout
        assert "test_greedy.py:9 runs the same SELECT 5 times" in done.stdout

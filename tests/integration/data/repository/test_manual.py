"""The manual's snippets run, one after the other, on each database."""

import re
from typing import Any

import pytest

from host.data import Database
from tests.environments import CHECKOUT

MANUAL = CHECKOUT / "docs" / "repository.md"


def test_the_snippets_do_what_the_manual_says(tables: Database, capsys: pytest.CaptureFixture[str]) -> None:
    snippets = re.findall(r"```python\n(.*?)```", MANUAL.read_text("utf-8"), re.DOTALL)
    assert len(snippets) > 8
    names: dict[str, Any] = {"database": tables, "__name__": "manual"}
    for number, snippet in enumerate(snippets):
        exec(compile(snippet, f"{MANUAL.name}, snippet {number + 1}", "exec"), names)
        if number == 0:
            names["Base"].metadata.create_all(tables.single)
    assert capsys.readouterr().out == "stored\n"

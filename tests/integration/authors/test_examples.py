"""The example packages: their own tests pass, their code is clean."""

import sys
from pathlib import Path

import pytest

from tests.integration.authors.shipping import run

EXAMPLES = Path(__file__).parents[3] / "examples"
PACKAGES = sorted(path.parent for path in EXAMPLES.glob("*/pyproject.toml"))
pytestmark = pytest.mark.timeout(600)
COMMANDS = (
    ["pytest", "-q", "-W", "error", "-p", "no:cacheprovider"],
    ["ruff", "check"],
    ["ruff", "format", "--check"],
    pytest.param(["mypy"], marks=pytest.mark.long),
)


def test_there_is_an_example() -> None:
    assert [package.name for package in PACKAGES] == ["holdfast-notes"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_an_example_passes(package: Path, command: list[str]) -> None:
    run([sys.executable, "-m", *command], package)

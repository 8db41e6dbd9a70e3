"""Attacks as tests: each names what is tried and what must come of it; `python -m tests.attacks` writes them down."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

F = TypeVar("F", bound=Callable[..., object])
TESTS: Final = Path(__file__).parent
MANUAL: Final = TESTS.parent / "docs" / "security-tests.md"
_BEGIN: Final = "<!-- attacks: begin -->\n"
_END: Final = "<!-- attacks: end -->"


def attack(attempt: str, expected: str) -> Callable[[F], F]:
    """Mark a test as an attack; both texts are literals, because the manual is written from the source.

    Args:
        attempt: what is tried, as one would tell a colleague.
        expected: what must come of it.
    """

    def mark(test: F) -> F:
        return test

    return mark


@dataclass(frozen=True, slots=True)
class Attack:
    """One marked test, with the first sentence of its file as its area."""

    area: str
    attempt: str
    expected: str
    test: str


def attacks() -> list[Attack]:
    """Return every marked test, by file."""
    return [each for path in sorted(TESTS.rglob("test_*.py")) for each in _in(path)]


def with_attacks(document: str) -> str:
    """Return `document` with the tables as of now between its markers."""
    head, rest = document.split(_BEGIN)
    return f"{head}{_BEGIN}{_tables(attacks())}{_END}{rest.split(_END)[1]}"


def _in(path: Path) -> Iterator[Attack]:
    text = path.read_text(encoding="utf-8")
    if "@attack(" not in text:
        return
    tree = ast.parse(text)
    area = (ast.get_docstring(tree) or "").splitlines()[0].rstrip(".")
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "attack":
                attempt, expected = (ast.literal_eval(argument) for argument in decorator.args)
                yield Attack(area, attempt, expected, f"{path.relative_to(TESTS.parent)}::{node.name}")


def _tables(found: list[Attack]) -> str:
    lines: list[str] = []
    for area in dict.fromkeys(each.area for each in found):
        lines += ["", f"### {area}", "", "| tried | comes of it | test |", "|---|---|---|"]
        lines += [f"| {each.attempt} | {each.expected} | `{each.test}` |" for each in found if each.area == area]
    return "\n".join([*lines, "", ""])


if __name__ == "__main__":
    MANUAL.write_text(with_attacks(MANUAL.read_text(encoding="utf-8")), encoding="utf-8")

"""Writes the table of bad plugins into `docs/isolation.md`: ``python -m tests.integration.kernel.manual_table``."""

from pathlib import Path
from typing import Final

from tests.integration.kernel.bad_plugins import NOT_STARTED, RUNNING, Bad

MANUAL: Final = Path(__file__).parents[3] / "docs" / "isolation.md"
_BEGIN: Final = "<!-- table: begin -->\n"
_END: Final = "<!-- table: end -->"


def table() -> str:
    """Return the table: kind, stage, the line that names it."""
    rows = [f"| {bad.kind} | {bad.stage} | {_line(bad)} |" for bad in (*NOT_STARTED, *RUNNING)]
    return "\n".join(["| kind | goes out at | the line says |", "|---|---|---|", *rows]) + "\n"


def with_table(document: str) -> str:
    """Return `document` with the table as of now between its markers."""
    head, rest = document.split(_BEGIN)
    return f"{head}{_BEGIN}{table()}{_END}{rest.split(_END)[1]}"


def _line(bad: Bad) -> str:
    return f"`{bad.says}`"


if __name__ == "__main__":
    MANUAL.write_text(with_table(MANUAL.read_text(encoding="utf-8")), encoding="utf-8")

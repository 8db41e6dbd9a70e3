"""Says in the reader's language what a page parameter should have been."""

from typing import Final

from host.ui.params import ParamProblem
from host.ui.text import text

_KINDS: Final = {
    "int": "whole_number",
    "float": "number",
    "decimal": "number",
    "bool": "yes_no",
    "date": "date",
    "datetime": "date",
    "time": "time",
    "uuid": "id",
}
_LIMITS: Final = {
    "greater_than_equal": "ge",
    "greater_than": "gt",
    "less_than_equal": "le",
    "less_than": "lt",
}
_CHOICES: Final = frozenset({"enum", "literal_error"})


def expectation(problem: ParamProblem) -> str:
    """Return one sentence on what would have been right, empty where nothing useful can be said."""
    if problem.kind in _LIMITS:
        return text(f"host.params.expected.{problem.kind}", limit=problem.context.get(_LIMITS[problem.kind], ""))
    if problem.kind in _CHOICES:
        return text("host.params.expected.choice", choices=problem.context.get("expected", ""))
    kind = _KINDS.get(problem.kind.partition("_")[0])
    return text(f"host.params.expected.{kind}") if kind else ""

from collections.abc import Callable
from typing import Any

from host.errors import SchemaError
from host.logs import bind_log_context, get_logger, report_error

Lines = Callable[[], list[dict[str, Any]]]


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_the_id_leads_to_one_line_with_the_traceback(lines: Lines) -> None:
    log = get_logger("host.tried")
    error = raised(ValueError("first line\nsecond"))
    with bind_log_context(correlation_id="c-9"):
        error_id = report_error(log, error, plugin="p", page="home")
    assert report_error(log, error) == error_id
    (line,) = lines()
    assert (line["error_id"], line["correlation_id"], line["plugin"]) == (error_id, "c-9", "p")
    assert (line["event"], line["error_type"], line["level"]) == ("ValueError: first line", "ValueError", "error")
    assert "in raised" in line["exception"]


def test_a_remedy_is_logged(lines: Lines) -> None:
    report_error(get_logger("host.tried"), SchemaError("old schema", remedy="app db migrate"))
    assert lines()[0]["remedy"] == "app db migrate"


def test_ids_of_other_libraries_are_not_taken_for_ours(lines: Lines) -> None:
    error = ValueError("x")
    error.error_id = "abc"  # type: ignore[attr-defined]
    assert report_error(get_logger("host.tried"), error) == lines()[0]["error_id"] != "abc"


def test_errors_that_cannot_carry_an_id_are_reported(lines: Lines) -> None:
    class Sealed(Exception):  # noqa: N818
        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(name)

    assert report_error(get_logger("host.tried"), Sealed()).startswith("E-")
    assert len(lines()) == 1

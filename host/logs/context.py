"""Values that every log line of the current run, request or job carries, such as its correlation id."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from structlog.contextvars import bound_contextvars


@contextmanager
def bind_log_context(**values: Any) -> Iterator[None]:
    """Add values to every line logged in this context; afterwards the former values are back.

    Args:
        values: usually ``correlation_id``, ``plugin``, ``page``, ``user``; None values are left out.
    """
    with bound_contextvars(**{name: value for name, value in values.items() if value is not None}):
        yield

"""Keeps rows out of the texts of errors: PostgreSQL quotes those that broke a rule, and logs show what it says."""

from typing import Any

from sqlalchemy import ExceptionContext


def quote_no_rows(context: ExceptionContext) -> None:
    """Leave of an error's text what names the rule, not the row; SQLAlchemy's event `handle_error`."""
    original: Any = context.original_exception
    told = getattr(getattr(original, "diag", None), "message_primary", None)
    if not told:
        return
    whole, original.args = str(original), (told,)
    wrapped = context.sqlalchemy_exception
    if wrapped is not None and wrapped.args:
        wrapped.args = (str(wrapped.args[0]).replace(whole, told), *wrapped.args[1:])

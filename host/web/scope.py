"""Reading and rewriting the headers of an ASGI scope; knows nothing of what they mean."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

Scope = dict[str, Any]
RawHeaders = list[tuple[bytes, bytes]]
_BLANKS: Final = " \t"
MAX_ESCAPES: Final = 64
"""Backslashes in one cookie; Python's own reading of a quoted cookie takes time by their square."""


def values(scope: Mapping[str, Any], name: str) -> list[str]:
    """Return every value of header `name` (lower-case), in the order sent."""
    wanted = name.encode("latin-1")
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == wanted]


def only(scope: Mapping[str, Any], name: str) -> str | None:
    """Return the header's value, or ``None`` when it is absent or was sent more than once."""
    found = values(scope, name)
    return found[0] if len(found) == 1 else None


def cookies(scope: Mapping[str, Any]) -> dict[str, str]:
    """Return the cookies of a request as sent; what another app on this host has set spoils none of ours.

    Only what separates cookies is taken off their names: with any other blank before it, ``__Host-sid`` is a name that
    a neighbouring domain may set.
    """
    pairs = (pair.partition("=") for pair in ";".join(values(scope, "cookie")).split(";"))
    return {name.strip(_BLANKS): value.strip(_BLANKS) for name, separator, value in pairs if separator}


def without_costly_cookies(headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
    """Return `headers` less the cookies that would cost whoever reads them downstream seconds."""
    return [(key, _cheap(value) if key.lower() == b"cookie" else value) for key, value in headers]


def without_cookies(headers: Iterable[tuple[bytes, bytes]], names: Collection[str]) -> RawHeaders:
    """Return `headers` less the cookies called one of `names`."""
    result = [(key, _less(value, names) if key.lower() == b"cookie" else value) for key, value in headers]
    return [(key, value) for key, value in result if value or key.lower() != b"cookie"]


def _less(cookies: bytes, names: Collection[str]) -> bytes:
    pairs = (pair.strip() for pair in cookies.split(b";"))
    # Others take more for blanks than we do: what they would read as one of `names` goes, too.
    return b"; ".join(pair for pair in pairs if pair.partition(b"=")[0].decode("latin-1").strip() not in names)


def _cheap(cookies: bytes) -> bytes:
    return b";".join(pair for pair in cookies.split(b";") if pair.count(b"\\") <= MAX_ESCAPES)


def without(headers: Iterable[tuple[bytes, bytes]], prefix: bytes) -> RawHeaders:
    """Return `headers` less those whose name begins with `prefix` (lower-case); ``_`` counts as ``-``."""
    return [(key, value) for key, value in headers if not key.lower().replace(b"_", b"-").startswith(prefix)]


def replaced(headers: Iterable[tuple[bytes, bytes]], changes: Mapping[str, str]) -> RawHeaders:
    """Return `headers` with each of `changes` standing exactly once."""
    names = {name.lower().encode("latin-1") for name in changes}
    kept = [(key, value) for key, value in headers if key.lower() not in names]
    return kept + [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in changes.items()]

"""Reading a posted form: small, in time, never twice."""

from typing import Final
from urllib.parse import parse_qsl

from anyio import fail_after
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

LARGEST_BYTES: Final = 32_768
WITHIN_S: Final = 20.0
"""Seconds in which the body must have arrived; how long a person takes to fill the form in is not limited."""
MOST_FIELDS: Final = 50


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a URL-encoded body; of a name that is sent twice the first counts.

    Raises:
        HTTPException: 413 too large, 408 too slow, 400 not readable.
    """
    try:
        with fail_after(WITHIN_S):
            body = await _body(request)
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except TimeoutError as error:
        raise HTTPException(408, "The form took too long to arrive.") from error
    except (ClientDisconnect, ValueError) as error:
        raise HTTPException(400, "The form can't be read.") from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return fields


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BYTES:
            raise HTTPException(413, "The form is too large.")
    return bytes(body)

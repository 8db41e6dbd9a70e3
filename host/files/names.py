"""Names of files as a browser is told them: safe on every system, in any script."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

LONGEST: Final = 150
"""Characters; in UTF-8 no file system's 255 bytes are exceeded by much less than four bytes a character."""
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*;%]')
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+(; charset=[a-z0-9-]+)?")
UNKNOWN_TYPE: Final = "application/octet-stream"


def safe_name(name: str) -> str:
    """Return `name` without paths, control and direction characters, and names that mean devices."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    # Category C holds control characters and those that turn the direction of what follows: exe.txt for txt.exe.
    kept = "".join(mark for mark in plain if not unicodedata.category(mark).startswith("C"))
    cleaned = _FORBIDDEN.sub("_", kept).strip(" .")
    if _RESERVED.match(cleaned):
        cleaned = f"_{cleaned}"
    return _shortened(cleaned) or "file"


def attachment(name: str) -> str:
    """Return the value of ``Content-Disposition`` (RFC 6266): a plain name for old programs, and the real one."""
    safe = safe_name(name)
    stem, dot, ending = safe.rpartition(".") if "." in safe else (safe, "", "")
    plain = (_ascii(stem) or "file") + dot + _ascii(ending)
    if plain == safe:
        return f'attachment; filename="{safe}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def media_type(told: str) -> str:
    """Return `told` if it is a media type, else the one that means nothing."""
    lowered = told.strip().lower()
    return lowered if len(lowered) <= 100 and _MEDIA_TYPE.fullmatch(lowered) else UNKNOWN_TYPE


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip(" .")


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"

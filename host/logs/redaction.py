"""Masks secrets and personal data in texts and log events before they are written.

Each pattern either has bounded repetitions or can't begin again inside what it has read, so that the work grows with
the length of the text and never with its square.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final

MASK: Final = "[masked]"
MAX_CHARACTERS: Final = 32_768
"""Longer texts lose their middle: head and tail of a traceback are what is read."""
MAX_DEPTH: Final = 6
_SENSITIVE_NAME: Final = re.compile(
    r"passw(or)?d|passphrase|secret|token|api_?key|authorization|cookie|credential|private_?key", re.IGNORECASE
)
_BOOKKEEPING: Final = frozenset({"_record", "_from_structlog", "timestamp", "level", "logger", "error_id"})


def _card(match: re.Match[str]) -> str:
    digits = [int(character) for character in match[0] if character.isdigit()]
    doubled = sum(sum(divmod(digit * 2, 10)) for digit in digits[-2::-2])
    return MASK if (doubled + sum(digits[-1::-2])) % 10 == 0 else match[0]


_Replacement = str | Callable[[re.Match[str]], str]
_RULES: Final[tuple[tuple[str, re.Pattern[str], _Replacement], ...]] = (
    ("://", re.compile(r"(://[^\s:/@'\"]{0,128}):[^\s/'\"]{1,256}@"), rf"\1:{MASK}@"),
    ("", re.compile(r"\b(bearer)[ \t]{1,8}[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {MASK}"),
    # "basic settings" is prose; credentials in base64 have a digit or padding.
    ("", re.compile(r"\b(basic)[ \t]{1,8}(?=[\w+/]{0,256}[0-9=])[\w+/=]{8,}", re.IGNORECASE), rf"\1 {MASK}"),
    # A link that may be used once has its token in the path.
    ("/x/", re.compile(r"(/x/[\w-]{1,64}/[\w-]{1,64}/)[\w-]{40,128}(?![\w-])"), rf"\1{MASK}"),
    ("eyJ", re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?"), MASK),
    (
        "",
        re.compile(
            r"((?:passw(?:or)?d|passphrase|pwd|secret(?:_?key)?|api_?key|(?:access_?|refresh_?)?token|authorization)"
            r"['\"]?[ \t]{0,4}[=:][ \t]{0,4})(?!\[masked\]|(?:bearer|basic)[ \t])"
            r"(?:'[^'\n]+'|\"[^\"\n]+\"|['\"]?[^\s,;&'\"){}\]]+)",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    ("@", re.compile(r"[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\b"), MASK),
    ("", re.compile(r"(?<![\w.-])[2-6](?:[ -]?[0-9]){12,18}(?![\w-])"), _card),
)


def redact(text: str) -> str:
    """Return `text` with e-mail addresses, tokens, passwords and card numbers masked, and cut to a bounded length."""
    return redact_patterns(_cut(text))


def redact_patterns(text: str) -> str:
    """Return `text`, of any length, with every pattern masked."""
    for needed, pattern, replacement in _RULES:
        if needed in text:
            text = pattern.sub(replacement, text)
    return text


def redact_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask every value of a log event; a structlog processor."""
    for name, value in event.items():
        if name not in _BOOKKEEPING:
            event[name] = _redact_value(name, value, 0)
    return event


def _redact_value(name: str, value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SENSITIVE_NAME.search(name[:128]):
        return MASK
    if isinstance(value, str):
        return redact(value)
    if depth < MAX_DEPTH and isinstance(value, Mapping):
        return {str(key): _redact_value(str(key), item, depth + 1) for key, item in value.items()}
    if depth < MAX_DEPTH and isinstance(value, list | tuple | set | frozenset):
        return [_redact_value("", item, depth + 1) for item in value]
    return redact(str(value))


def _cut(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"

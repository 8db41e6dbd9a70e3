"""Settings as texts that may be shown: secrets and passwords in URLs are masked."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import SecretStr

from host.config.fields import SettingField

MASK: Final = "********"
_USERINFO: Final = re.compile(r"(://[^:/@\s]{0,200}):[^@\s]{1,500}@")
_QUERY: Final = re.compile(r"([?&](?:password|sslpassword|passfile)=)[^&\s]{1,500}")


def shown(field: SettingField, value: Any) -> str:
    """Return a setting's value as a text without secrets."""
    if field.secret or isinstance(value, SecretStr):
        return MASK if as_plain(value) else ""
    text = as_text(value)
    return mask_url(text) if "://" in text else text


def mask_url(url: str) -> str:
    """Return a URL with its passwords masked."""
    return _QUERY.sub(rf"\1{MASK}", _USERINFO.sub(rf"\1:{MASK}@", url))


def as_text(value: Any) -> str:
    """Return a value in the spelling that variables use."""
    match value:
        case bool():
            return str(value).lower()
        case Mapping():
            return ",".join(f"{key}={item}" for key, item in value.items())
        case list() | tuple():
            return ",".join(str(item) for item in value)
    return str(as_plain(value))


def as_plain(value: Any) -> Any:
    """Return the secret inside a secret value, and any other value unchanged."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value

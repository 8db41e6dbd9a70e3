"""The security headers of every response, with a content security policy built from the index page's own scripts."""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Final

from host.web.policy import REPORTS

_INLINE_SCRIPT: Final = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_UNUSED_FEATURES: Final = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)

SANDBOXED: Final = {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""What stands in place of the app's own policy where content of people's making is answered: nothing in it runs."""
DRAWN: Final = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"}
"""The same for pictures that pages show: a drawing may bring its styles along, but no script."""
PRIVATE: Final = (b"cache-control", b"no-store")
"""What an answer to somebody carries that says nothing itself about being kept."""


def script_hashes(html: str) -> list[str]:
    """Return a CSP source (``'sha256-…'``) for each inline script of `html`."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(html))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def content_security_policy(hashes: Sequence[str]) -> str:
    """Return the policy: own files only; inline scripts only by hash; styles inline, as Streamlit's are.

    Args:
        hashes: CSP sources of the index page's inline scripts.
    """
    directives = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "'wasm-unsafe-eval'", *hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "frame-src": "'self' blob: data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
        "report-uri": REPORTS,
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def security_headers(hashes: Sequence[str], *, tls: bool) -> dict[str, str]:
    """Return what each response carries; `tls` adds HSTS."""
    headers = {
        "Content-Security-Policy": content_security_policy(hashes),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return headers | ({"Strict-Transport-Security": "max-age=31536000"} if tls else {})


def secured_cookies(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return `headers` with ``Secure`` on every cookie."""
    return [
        (key, value + b"; Secure" if key.lower() == b"set-cookie" and b"; secure" not in value.lower() else value)
        for key, value in headers
    ]

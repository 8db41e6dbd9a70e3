"""The content security policy follows the index page; cookies are secured behind TLS."""

import base64
import hashlib

from host.web.security_headers import script_hashes, secured_cookies, security_headers


def test_only_inline_scripts_are_hashed():
    html = "<script src='a.js'></script><script>\n window.x = 1\n</script><script type='module' src='b.js'></script>"
    digest = base64.b64encode(hashlib.sha256(b"\n window.x = 1\n").digest()).decode()
    assert script_hashes(html) == [f"'sha256-{digest}'"]


def test_scripts_come_from_here_only():
    policy = security_headers(["'sha256-abc'"], tls=False)["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == "script-src 'self' 'wasm-unsafe-eval' 'sha256-abc'"
    assert "frame-ancestors 'self'" in policy
    assert "object-src 'none'" in policy


def test_hsts_is_told_by_tls_only():
    assert "Strict-Transport-Security" in security_headers([], tls=True)
    assert "Strict-Transport-Security" not in security_headers([], tls=False)


def test_every_cookie_is_secured_once():
    headers = [(b"set-cookie", b"a=1"), (b"Set-Cookie", b"b=2; Secure"), (b"x", b"y")]
    assert secured_cookies(headers) == [(b"set-cookie", b"a=1; Secure"), (b"Set-Cookie", b"b=2; Secure"), (b"x", b"y")]

"""Refusals: in the reader's language, without internals."""

import json
import re
import tomllib
from pathlib import Path

import pytest

import host.web
from host.web.refusal import Refusal, preferred_language, render

FOLDER = Path(host.web.__file__).parent


def scope(**headers):
    return {"type": "http", "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}


@pytest.mark.parametrize(
    ("header", "language"),
    [("de-AT,de;q=0.9,en;q=0.8", "de"), ("fr,en;q=0.5,de;q=0.9", "de"), ("", "en"), ("ja", "en"), ("de;q=x,en", "en")],
)
def test_the_language_follows_the_browser(header, language):
    assert preferred_language(header) == language


def test_a_page_tells_what_happened_and_no_internals():
    refusal = Refusal(503, "closed", "auth: plugin auth failed at /srv/secret/path")
    headers, body = render(refusal, scope(accept="text/html", **{"accept-language": "de"}), "Lager & Co", "r-123")
    page = body.decode()
    assert headers["Retry-After"] == "10"
    assert headers["Cache-Control"] == "no-store"
    assert 'lang="de"' in page
    assert "Lager &amp; Co" in page
    assert "r-123" in page
    assert "secret" not in page
    assert not re.search(r"%\w+%", page)
    assert "<script" not in page


def test_a_program_gets_problem_json():
    headers, body = render(Refusal(404, "not_found"), scope(accept="application/json"), "App", "r-1")
    assert headers["Content-Type"] == "application/problem+json"
    assert json.loads(body)["code"] == "not_found"


def test_both_languages_hold_the_same_texts():
    keys = [set(tomllib.loads((FOLDER / "texts" / f"{name}.toml").read_text("utf-8"))) for name in ("en", "de")]
    assert keys[0] == keys[1]


def test_every_code_in_use_has_its_texts():
    texts = tomllib.loads((FOLDER / "texts" / "en.toml").read_text("utf-8"))
    source = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.py"))
    codes = set(re.findall(r'Refusal\(\d+, "(\w+)"', source))
    assert len(codes) > 5
    assert {f"host.web.{code}.{part}" for code in codes for part in ("heading", "message")} <= texts.keys()

import time
from collections.abc import Callable

import pytest

from host.logs import redact
from host.logs.redaction import MASK, MAX_CHARACTERS, redact_event, redact_patterns


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("write to jane.doe+x@mail.example.co.uk now", f"write to {MASK} now"),
        ("Authorization: Bearer abc.def-ghi_123", f"Authorization: Bearer {MASK}"),
        ("BEARER ABCDEFGHIJ", f"BEARER {MASK}"),
        ("basic dXNlcjpwYXNzd29yZA==", f"basic {MASK}"),
        ("jwt eyJhbGciOiJIUzI1.eyJzdWIiOiIx.c2lnbmF0dXJl.", f"jwt {MASK}."),
        ("password=hunter2&x=1", f"password={MASK}&x=1"),
        ("{'password': 'hunter 2', 'x': 1}", f"{{'password': {MASK}, 'x': 1}}"),
        ('"api_key": "abc"', f'"api_key": {MASK}'),
        (f"GET /x/auth/reset/{'aB3_-' * 8}xyz 200", f"GET /x/auth/reset/{MASK} 200"),
        ("SECRET_KEY=abc", f"SECRET_KEY={MASK}"),
        ("access_token=abc refresh_token: def", f"access_token={MASK} refresh_token: {MASK}"),
        ("postgresql://app:s3cret@db.example/app", f"postgresql://app:{MASK}@db.example/app"),
        ("redis://:s3cret@h:6379/0", f"redis://:{MASK}@h:6379/0"),
        ("postgresql://app:p@ss@db.example/app", f"postgresql://app:{MASK}@db.example/app"),
        ("password='cut off", f"password={MASK} off"),
        (f"token={'x' * 9000} next", f"token={MASK} next"),
        (f"bearer {'x' * 9000} next", f"bearer {MASK} next"),
        (f"eyJ{'x' * 9000}.{'y' * 9000}.{'z' * 900} next", f"{MASK} next"),
        (f"{'a' * 60}.{'b' * 20}@mail.example", f"{'a' * 17}{MASK}"),
        ("card 4111 1111 1111 1111.", f"card {MASK}."),
        ("card 5500-0000-0000-0004", f"card {MASK}"),
        ("card 378282246310005", f"card {MASK}"),
    ],
)
def test_secrets_are_masked(text: str, safe: str) -> None:
    assert redact(text) == safe
    assert redact(redact(text)) == safe


@pytest.mark.parametrize(
    "text",
    [
        "order 4111 1111 1111 1112 has a wrong check digit",
        "2026-11-21T10:42:49.846550Z",
        "lot 1732185769846 moved",
        "http://127.0.0.1:8501/?page=home",
        "/x/warehouse/articles/6f0c2a7e41b24d8e9a530f2b6d1c8e77",
        "user@localhost",
        "the token was refused",
        "basic information about the bearer of it",
        "correlation 6f0c2a7e-41b2-4d8e-9a53-0f2b6d1c8e77",
        "E-7K2M9QXA",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_names_say_what_is_secret() -> None:
    event = {"event": "x", "Set-Cookie": "a", "db_password": "b", "token": 5, "secrets": ["c"], "page": "home"}
    safe = redact_event(None, "info", dict(event))
    assert safe == {"event": "x", "Set-Cookie": MASK, "db_password": MASK, "token": 5, "secrets": MASK, "page": "home"}


def test_a_structure_that_contains_itself_ends() -> None:
    loop: list[object] = ["a@b.example"]
    loop.append(loop)
    assert "a@b.example" not in str(redact_event(None, "info", {"loop": loop}))


def test_long_texts_keep_head_and_tail() -> None:
    safe = redact("head" + "x" * 200_000 + "tail")
    assert safe.startswith("headx")
    assert safe.endswith("xtail")
    assert len(safe) < MAX_CHARACTERS + 100


ADVERSARIES: list[Callable[[int], str]] = [
    lambda size: "a" * size,
    lambda size: "a." * (size // 2),
    lambda size: "a@" * (size // 2),
    lambda size: "a@" + "b." * (size // 2),
    lambda size: "a@b" * (size // 3),
    lambda size: "1 " * (size // 2),
    lambda size: "4" * size,
    lambda size: "4-" * (size // 2),
    lambda size: "://" * (size // 3),
    lambda size: "://a:" * (size // 5),
    lambda size: "eyJ" * (size // 3),
    lambda size: "eyJaaaaaaaa." * (size // 12),
    lambda size: " eyJaaaaaaaa.a" * (size // 14),
    lambda size: "-eyJaaaaaaaa" * (size // 12),
    lambda size: "password='password=\"" * (size // 20),
    lambda size: "password='" + "a" * size,
    lambda size: "/x/a" * (size // 4),
    lambda size: ("/x/a/b/" + "c" * 39) * (size // 46),
    lambda size: "bearer aaaaaaaa" * (size // 15),
    lambda size: "://:@" * (size // 5),
    lambda size: "a" * 60 + ("." * 4 + "a" * 60) * (size // 64),
    lambda size: "bearer " * (size // 7),
    lambda size: "bearer" + " " * size,
    lambda size: "basic " * (size // 6),
    lambda size: "basic a" * (size // 7),
    lambda size: "password" * (size // 8),
    lambda size: "password='" * (size // 10),
    lambda size: "token" + " " * size,
    lambda size: " \t" * (size // 2),
]


@pytest.mark.parametrize("adversary", ADVERSARIES)
def test_work_grows_with_length_and_not_with_its_square(adversary: Callable[[int], str]) -> None:
    def effort(text: str) -> float:
        started = time.process_time()
        for _ in range(3):
            redact_patterns(text)
        return time.process_time() - started

    small, large = adversary(12_500), adversary(50_000)
    # Interleaved, and the best of each, so that a busy machine slows both. Four times the text: a square would be 16.
    rounds = [(effort(small), effort(large)) for _ in range(5)]
    least_small, least_large = min(pair[0] for pair in rounds), min(pair[1] for pair in rounds)
    assert least_large < 9 * least_small + 0.005

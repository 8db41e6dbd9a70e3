"""``app users``: people, rights, tokens and emergencies from a terminal."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.integration.cli.conftest import Ended, Shell

PASSWORD = "kelp-on-a-rock-7"


@pytest.fixture
def people(shell: Shell) -> Shell:
    """A project with sign-in."""
    shell.plugins_toml("[plugins.auth]\n")
    return shell


def users(shell: Shell, *words: str, stdin: str | None = None, code: int = 0) -> Ended:
    ended = shell.app("users", *words, stdin=stdin)
    assert ended.code == code, (words, ended)
    return ended


def as_json(shell: Shell, *words: str, **options: Any) -> Any:
    return users(shell, *words, "--json", **options).json


def roles(person: dict[str, Any]) -> Sequence[str]:
    return sorted(each["role"] for each in person["roles"])


def test_tokens_are_shown_once(people: Shell) -> None:
    users(people, "add", "boss", "--role", "admin")
    made = users(people, "tokens", "boss", "--new", "ci", "--scope", "auth.users.read", "--days", "7")
    assert made.out.startswith("hf_")
    assert len(made.out.strip()) == 46
    (listed,) = as_json(people, "tokens", "boss")
    assert listed["scopes"] == ["auth.users.read"]
    assert made.out.strip() not in str(listed)
    users(people, "tokens", "boss", "--revoke", listed["id"])
    assert as_json(people, "tokens", "boss")[0]["revoked_at"]
    users(people, "tokens", "boss", "--revoke", "0" * 32, code=3)


def test_break_glass_is_noted_and_ends(people: Shell) -> None:
    users(people, "add", "anna")
    given = as_json(people, "break-glass", "anna", "--reason", "the fire alarm", "--hours", "1")
    assert given["role"] == "admin"
    assert roles(as_json(people, "show", "anna")) == ["admin", "viewer"]
    made = as_json(people, "break-glass", "--reason", "nobody else")
    assert made["login"].startswith("break-glass-")
    assert "/x/auth/reset/" in made["link"]
    events = people.app("security", "events", "--json")
    assert "break_glass.used" in events.out, events.err
    assert "the fire alarm" in events.out


def test_a_password_comes_by_a_pipe_and_a_link_from_the_start(people: Shell) -> None:
    link = as_json(people, "setup-link")["link"]
    assert link.startswith("http://127.0.0.1:")
    assert "/x/auth/setup/" in link
    assert "No password came in" in users(people, "add", "boss", "--password-stdin", stdin="", code=3).err
    assert "Nobody is here" in users(people, "add", "boss", "--ask-password", stdin="x\n", code=3).err
    boss = users(people, "add", "boss", "--role", "admin", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert PASSWORD not in boss.out + boss.err
    assert "app users break-glass" in users(people, "setup-link", code=3).err


def test_somebody_else_s_rights(people: Shell) -> None:
    users(people, "add", "boss", "--role", "admin")
    users(people, "add", "anna")
    assert people.app("--as", "boss", "users", "list").code == 0
    assert people.app("--as", "anna", "users", "list").code == 4
    assert people.app("--as", "boss", "users", "break-glass", "--reason", "x").code == 4

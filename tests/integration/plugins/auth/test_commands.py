"""``app users`` in a booted app: what each command does and answers, and what it refuses."""

import json
from typing import Any

import pytest

from host import Principal
from host.testing.host_app import HostApp


@pytest.fixture
def app(make_host_app: Any) -> HostApp:
    """An app with sign-in, as a command boots it."""
    booted: HostApp = make_host_app(["auth"], role="command")
    return booted


def users(app: HostApp, line: str, code: int = 0) -> str:
    ended = app.run_command(f"users {line}")
    assert ended.exit_code == code, (line, ended)
    return ended.output


def as_json(app: HostApp, line: str) -> Any:
    return json.loads(users(app, f"{line} --json"))


def roles(person: dict[str, Any]) -> list[str]:
    return sorted(each["role"] for each in person["roles"])


def test_a_person_from_the_first_to_the_last_word(app: HostApp) -> None:
    users(app, "add boss --role admin")
    anna = as_json(app, "add Anna --name 'Anna Lager' --email anna@example.com")
    assert roles(anna) == ["viewer"]
    assert anna["email"] != "anna@example.com", "masked"
    assert "/x/auth/reset/" in anna["link"]
    dry = as_json(app, "role anna --add editor --remove viewer --dry-run")
    assert dry == {"login": "Anna", "before": ["viewer"], "after": ["editor"]}
    assert roles(as_json(app, "show ANNA")) == ["viewer"]
    users(app, "role anna --add editor --remove viewer")
    users(app, "permission anna auth.view_as deny")
    shown = as_json(app, "show anna")
    assert (roles(shown), shown["permissions"]) == (["editor"], {"auth.view_as": "deny"})
    users(app, "permission anna auth.view_as roles")
    assert as_json(app, "show anna")["permissions"] == {}


def test_out_and_in_again(app: HostApp) -> None:
    users(app, "add boss --role admin")
    users(app, "add anna")
    assert as_json(app, "disable anna --reason left --dry-run")["would_disable"]
    users(app, "disable anna --reason left")
    assert {each["login"]: each["active"] for each in as_json(app, "list")} == {"anna": False, "boss": True}
    assert "disabled" in users(app, "list ann")
    assert "boss" not in users(app, "list ann")
    assert "left" in users(app, "show anna")
    users(app, "reset anna", code=3)
    users(app, "enable anna")
    assert "/x/auth/reset/" in users(app, "reset anna")
    assert not as_json(app, "reset anna --second-factor")["second_factor"]
    assert "/x/auth/sign-up/" in as_json(app, "invite --role editor --note Bert")["link"]
    assert "editor    Editor" in users(app, "roles")


def test_sessions_are_ended_one_by_one_or_all(app: HostApp) -> None:
    from host import Credentials

    store = app.services("auth").session_store
    ids = {}
    for login in ("anna", "bert", "carl"):
        person = as_json(app, f"add {login}")
        ids[login] = store.begin(person["id"], "password", Credentials(client="192.0.2.1", user_agent="A\x1b[2J")).id
    assert {each["id"] for each in as_json(app, "sessions")} == set(ids.values())
    assert "\x1b" not in users(app, "sessions anna")
    assert as_json(app, "sign-out --everyone --dry-run") == {"would_end": [ids[n] for n in ("carl", "bert", "anna")]}
    users(app, "sign-out anna")
    users(app, f"sign-out --session {ids['bert']}")
    assert [each["login"] for each in as_json(app, "sessions")] == ["carl"]
    users(app, "sign-out --everyone")
    assert as_json(app, "sessions") == []
    assert "No session" in users(app, f"sign-out --session {ids['bert']}", code=3)


def test_wrong_words_say_what_to_do(app: HostApp) -> None:
    users(app, "add boss --role admin")
    for line, problem in (
        ("add BOSS", "taken"),
        ("add new --role captain", "captain"),
        ("add '' ", "login"),
        ("show ghost", "app users list"),
        ("role boss", "--add"),
        ("role boss --remove admin", "last administrator"),
        ("permission boss warehouse.fly grant", "warehouse.fly"),
        ("permission boss auth.users.read maybe", "maybe"),
        ("sign-out", "--everyone"),
        ("sign-out boss --everyone", "--everyone"),
        ("tokens boss --new ci --revoke x", "not both"),
        ("tokens boss --new ci --scope warehouse.fly", "warehouse.fly"),
        ("tokens boss --revoke 0000", "no such token"),
        ("break-glass ghost --reason x", "ghost"),
        ("break-glass --reason ' '", "reason"),
        ("break-glass --reason x --role editor", "LOGIN"),
        ("break-glass boss --reason x", "for good"),
        ("setup-link", "app users break-glass"),
    ):
        assert problem in users(app, line, code=3), line
    assert [each["login"] for each in as_json(app, "list")] == ["boss"]


def test_break_glass_shows_first_what_it_would_do(app: HostApp) -> None:
    users(app, "add anna")
    dry = as_json(app, "break-glass anna --reason fire --dry-run")
    assert dry == {"login": "anna", "would_give_role": "admin", "hours": 4.0}
    assert roles(as_json(app, "show anna")) == ["viewer"]
    assert "for 2 hours" in users(app, "break-glass --reason fire --hours 2 --dry-run")
    assert [each["login"] for each in as_json(app, "list")] == ["anna"]


def test_somebody_without_rights_over_others_makes_tokens_of_their_own(app: HostApp) -> None:
    anna = as_json(app, "add anna")["id"]
    users(app, "add boss --role admin")
    own = Principal(anna, "anna", permissions=frozenset({"auth.tokens"}))
    made = app.run_command("users tokens ANNA --new ci --scope '*'", principal=own).assert_success()
    assert made.output.startswith("hf_")
    assert len(as_json(app, "tokens anna")) == 1
    for line in ("tokens boss", "tokens boss --new ci --scope '*'", "list"):
        assert app.run_command(f"users {line}", principal=own).exit_code == 4, line
    assert as_json(app, "tokens boss") == []

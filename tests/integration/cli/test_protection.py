"""`app keys`, `app clean`, `app pii` and `app tasks` on a project with a plugin that protects its members."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from host.cli.root import run
from host.config import DatabaseConfig, load_config
from host.kernel.boot import boot
from host.security import Keyring, KeyringError
from host.testing.distributions import TemporaryDistributions

CLUB = {
    "plugin.toml": """
        [plugin]
        host = ">=1.1,<2"
        tables = "club_"
    """,
    "plugin.py": """
        from datetime import timedelta
        from pathlib import Path
        from host import Migrations, Plugin, RetentionPolicy, hookimpl
        from acme_club.models import Base, Member

        class Hooks:
            @hookimpl
            def migrations(self):
                return Migrations(folder=Path(__file__).parent / "migrations", metadata=Base.metadata)

            @hookimpl
            def retention(self):
                return [RetentionPolicy(name="left", table=Member, age="left_at", keep=timedelta(days=365))]

        plugin = Plugin(hooks=Hooks)
    """,
    "models.py": """
        from datetime import datetime
        from sqlalchemy import String
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
        from host import BlindIndex, Encrypted, UtcDateTime

        class Base(DeclarativeBase):
            pass

        class Member(Base):
            __tablename__ = "club_member"

            id: Mapped[int] = mapped_column(primary_key=True)
            email: Mapped[str | None] = mapped_column(Encrypted(String(200), pii="email"))
            email_index: Mapped[str | None] = mapped_column(BlindIndex("email"))
            remark: Mapped[str | None] = mapped_column(String(200))
            left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """,
    "migrations/0001_member.py": """
        import sqlalchemy as sa
        from alembic import op

        revision = "0001"
        down_revision = None

        def upgrade():
            op.create_table(
                "club_member",
                sa.Column("id", sa.Integer(), primary_key=True),
                sa.Column("email", sa.Text(), nullable=True),
                sa.Column("email_index", sa.String(64), nullable=True),
                sa.Column("remark", sa.String(200), nullable=True),
                sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
            )

        def downgrade():
            op.drop_table("club_member")
    """,
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_config: DatabaseConfig) -> Iterator[Path]:
    """A project with twenty members of whom five left long ago; what commands call is tested on each database."""
    project, site = tmp_path / "project", tmp_path / "site"
    project.mkdir()
    site.mkdir()
    (project / "plugins.toml").write_text("[plugins.club]\n")
    monkeypatch.setenv("HOLDFAST_ROOT", str(project))
    monkeypatch.setenv("DATABASE_URL", sqlite_config.url)
    distributions = TemporaryDistributions(site)
    distributions.add("acme", {"club": CLUB})
    with distributions.on_path():
        assert run(["db", "migrate"]) == 0
        _join(project)
        yield project


def _join(project: Path) -> None:
    from acme_club.models import Member  # type: ignore[import-not-found]

    application = boot("command", load_config(project))
    long_ago = datetime.now(UTC) - timedelta(days=400)
    with application.host.database().begin() as unit:
        for n in range(20):
            values = {"email": f"{n}@example.com", "left_at": long_ago if n < 5 else None}
            unit.session.add(Member(id=n + 1, remark=f"ask friend{n}@example.com", **values))
    application.close()


@pytest.fixture
def answer(root: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run a command with --json and return what it answers; its exit code is checked."""

    def ask(*words: str, code: int = 0) -> Any:
        capsys.readouterr()
        assert run([*words, "--json"]) == code, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return ask


def values_of(status: Any) -> dict[tuple[str, str], int]:
    return {(row["purpose"], row["state"]): row["values"] for row in status["keys"]}


def test_a_key_is_replaced_and_removed(
    root: Path, answer: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    before = answer("keys", "status")
    # Twenty tokens in the table and one in each of the twenty audit records.
    assert values_of(before)["field", "current"] == 40
    old = next(row["id"] for row in before["keys"] if row["purpose"] == "field")
    assert run(["keys", "add"]) == 0
    assert "app keys rotate" in capsys.readouterr().out
    assert answer("keys", "rotate") == {"state": "done", "rows": 20, "unreadable": []}
    after = values_of(answer("keys", "status"))
    assert (after["field", "current"], after["field", "old"]) == (20, 20)
    assert run(["keys", "remove", old, "--yes"]) == 4
    assert "20 values or records need it" in capsys.readouterr().err
    assert run(["keys", "remove", "nothing", "--yes"]) == 3
    assert answer("keys", "verify") == {"unreadable": []}
    tasks = {row["name"]: (row["state"], row["done"], row["total"]) for row in answer("tasks", "list")}
    assert tasks == {"keys.rotate": ("done", 20, 20)}


def test_a_key_that_nothing_needs_goes_when_it_has_settled(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keyring = Keyring(root / "var" / "keys.json", make=False)
    old = keyring.current("index").id
    assert run(["keys", "add", "--purpose", "index"]) == 0
    assert run(["keys", "rotate"]) == 0
    application = boot("command", load_config(root))
    with application.host.database().single.begin() as connection:
        connection.execute(text("DELETE FROM host_audit"))
    application.close()
    assert run(["keys", "remove", old, "--yes"]) == 4
    assert "wait 900 s" in capsys.readouterr().err
    path = root / "var" / "keys.json"
    found = json.loads(path.read_text())
    for row in found["keys"]:
        row["replaced"] = row["replaced"] and (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    path.write_text(json.dumps(found))
    assert run(["keys", "remove", old, "--yes"]) == 0
    assert old not in {key.id for key in keyring.keys().all}


def test_a_later_key_is_used_when_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "add", "--later"]) == 0
    words = capsys.readouterr().out.split()
    new = words[words.index("Key") + 1]
    keyring = Keyring(root / "var" / "keys.json", make=False)
    assert keyring.current("field").id != new
    assert run(["keys", "use", new]) == 0
    assert keyring.current("field").id == new


def test_a_changed_value_is_named(root: Path, answer: Callable[..., Any]) -> None:
    application = boot("command", load_config(root))
    with application.host.database().single.begin() as connection:
        connection.execute(text("UPDATE club_member SET email = 'hf1.00000000.AAAA' WHERE id = 7"))
    application.close()
    assert answer("keys", "verify", code=2) == {"unreadable": [{"column": "club_member.email", "key": "7"}]}


def test_no_command_shows_a_key(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secrets = [row["secret"] for row in json.loads((root / "var" / "keys.json").read_text())["keys"]]
    for line in (["keys", "status"], ["config", "show"], ["keys", "add"], ["keys", "rotate"], ["status"]):
        run(line)
    said = "".join(capsys.readouterr())
    logged = "".join(path.read_text() for path in (root / "var").rglob("*.jsonl"))
    assert "keys.json" in said
    assert len(secrets) == 3
    assert not [secret for secret in secrets if secret in said + logged]


def test_a_dry_run_says_what_clean_does_and_a_hold_keeps_rows(root: Path, answer: Callable[..., Any]) -> None:
    held = answer("clean", "hold", "add", "club_member", "--key", "1", "--key", "2", "--reason", "file 7")
    assert [(each["table"], each["key"], each["reason"]) for each in held] == [
        ("club_member", "1", "file 7"),
        ("club_member", "2", "file 7"),
    ]
    planned = answer("clean", "--dry-run")
    row = next(each for each in planned["policies"] if each["policy"] == "club.left")
    assert (row["expired"], row["held"], row["needed"], row["rows"]) == (5, 2, 0, 3)
    done = answer("clean")
    assert [each["rows"] for each in done["policies"]] == [each["rows"] for each in planned["policies"]]
    assert answer("clean", "hold", "release", str(held[0]["id"]))[0]["released_by"]
    assert [each["key"] for each in answer("clean", "hold", "list")] == ["2"]
    assert [each["rows"] for each in answer("clean")["policies"] if each["policy"] == "club.left"] == [1]


def test_a_hold_on_an_unknown_table_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["clean", "hold", "add", "club_members", "--reason", "file 7"]) == 3
    assert "club_member" in capsys.readouterr().err


def test_planted_undeclared_data_is_found(root: Path, answer: Callable[..., Any]) -> None:
    [found] = answer("pii", "scan", code=2)["undeclared"]
    assert (found["table"], found["column"], found["kind"], found["share"]) == ("club_member", "remark", "email", 1.0)
    assert found["line"] == 'remark = mapped_column(String(length=200), info={"pii": "email"})'


def test_who_saw_a_masked_field_is_shown(root: Path, answer: Callable[..., Any]) -> None:
    from acme_club.models import Member

    from host.cli.plugin_commands import run_context
    from host.kernel.context import entered

    application = boot("command", load_config(root))
    with entered(run_context(application, "club")):
        shown = application.host.revealer().reveal(Member, 3, "email", "call back")
    application.close()
    assert shown == "2@example.com"
    [entry] = answer("pii", "reveals", "--table", "club_member", "--key", "3")
    assert (entry["field"], entry["plugin"], entry["reason"]) == ("email", "club", "call back")


def test_a_web_process_does_not_start_without_its_keys(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "var" / "keys.json").rename(root / "elsewhere.json")
    monkeypatch.setenv("ENV", "stage")
    monkeypatch.setenv("SECRET_KEY", "k9XvQ2mLr7TzWc4HnB8sYd3FgJ6pAe5U")
    with pytest.raises(KeyringError, match="app keys init"):
        boot("web", load_config(root))
    monkeypatch.setenv("APP_SECURITY__KEYS_FILE", str(root / "elsewhere.json"))
    application = boot("web", load_config(root))
    application.close()
    os.environ.pop("APP_SECURITY__KEYS_FILE")
    assert run(["keys", "init"]) == 0
    assert run(["keys", "init"]) == 3
    assert "already" in capsys.readouterr().err


def test_the_anchor_keeps_an_audit_key_needed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keyring = Keyring(root / "var" / "keys.json", make=False)
    old = keyring.current("audit").id
    application = boot("command", load_config(root))
    with application.host.database().single.begin() as connection:
        connection.execute(text("DELETE FROM host_audit"))
    anchor = application.host.audit_trail().anchor.path
    application.close()
    anchor.write_text(json.dumps({"seq": 1, "key_id": old}, separators=(",", ":")) + "\n")
    assert run(["keys", "add", "--purpose", "audit"]) == 0
    assert run(["keys", "remove", old, "--yes"]) == 4
    assert "1 values or records need it" in capsys.readouterr().err

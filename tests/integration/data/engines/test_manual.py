"""The snippets of docs/database.md run, in their order, and its facts are those of the settings."""

import re
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host.config import DatabaseConfig
from host.data import Database
from tests.environments import CHECKOUT

MANUAL = (CHECKOUT / "docs" / "database.md").read_text(encoding="utf-8")


class Base(DeclarativeBase):
    """Tables of the manual."""


class Note(Base):
    """What the manual writes."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


def test_its_snippets_run(tmp_path: Path):
    database = Database(DatabaseConfig(), tmp_path)
    with database.begin() as unit:
        Base.metadata.create_all(unit.session.connection())
    names = {"database": database, "Note": Note, "func": func, "select": select}
    snippets = re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL)
    assert len(snippets) == 3
    for snippet in snippets:
        exec(compile(snippet, "docs/database.md", "exec"), names)
    found = names["found"]
    assert found.to_dict("records") == [{"letters": 4, "n": 1}]
    database.dispose()


def test_its_limits_are_the_defaults():
    limits = re.findall(r"\| `(\w+_s)` \| ([\d.]+) s \|", MANUAL)
    assert len(limits) == 5
    assert {name: float(value) for name, value in limits} == {
        name: getattr(DatabaseConfig(), name) for name, _ in limits
    }


def test_every_setting_that_it_names_is_there():
    named = set(re.findall(r"`database\.(\w+)`", MANUAL)) - {"driver", "engines"}
    assert named <= set(DatabaseConfig.model_fields)
    assert len(named) >= 3

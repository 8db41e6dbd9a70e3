"""Revealing a masked field: only with the permission, only with a reason, and never without an entry."""

from typing import Any

import pytest

from host.data import Database
from host.data.actor import Actor
from host.data.protection import Revealer
from host.data.protection.reveal import NoSuchFieldError
from host.errors import PermissionDeniedError, ValidationError
from tests.integration.data.protection.conftest import Person

ANN = Actor("7", "Ann", "shop", "shop/people", "c-1")


def refuse(permission: str) -> None:
    raise PermissionDeniedError(f"Ann lacks {permission}")


@pytest.fixture
def person(guarded: Database) -> int:
    row = Person(name="Bob Smith", email="bob@example.com")
    with guarded.begin() as unit:
        unit.session.add(row)
    return row.id


def revealer(database: Database, authorize: Any = lambda permission: None) -> Revealer:
    return Revealer(database, lambda: ANN, authorize)


def test_the_value_is_shown_and_who_saw_it_is_kept(guarded: Database, person: int) -> None:
    made = revealer(guarded)
    assert made.reveal(Person, person, "email", " call back ") == "bob@example.com"
    assert made.reveal(Person.__table__, person, "name", "letter") == "Bob Smith"
    newest, first = made.seen()
    assert (first.user_id, first.user_name, first.plugin, first.page) == ("7", "Ann", "shop", "shop/people")
    assert (first.table, first.key, first.field, first.kind) == ("test_person", str(person), "email", "email")
    assert (first.reason, first.correlation_id, newest.field) == ("call back", "c-1", "name")
    assert "bob" not in repr(made.seen()).lower()
    assert [each.id for each in made.seen(table="test_person", key=person, user_id="7", limit=1)] == [newest.id]
    assert made.seen(user_id="8") == made.seen(table="other") == made.seen(key=person + 1) == []


def test_without_the_permission_nothing_is_shown(guarded: Database, person: int) -> None:
    asked = []
    with pytest.raises(PermissionDeniedError):
        revealer(guarded, lambda permission: (asked.append(permission), refuse(permission))).reveal(
            Person, person, "email", "curious"
        )
    assert (asked, revealer(guarded).seen()) == (["host.pii"], [])


@pytest.mark.parametrize(
    ("column", "reason", "problem"),
    [
        ("email", " ", "Say in 1 to 1000"),
        ("email", "x" * 1001, "Say in"),
        ("id", "why", "declares no"),
        ("x", "y", "no"),
    ],
)
def test_what_cannot_be_revealed_is_told(
    guarded: Database, person: int, column: str, reason: str, problem: str
) -> None:
    with pytest.raises(ValidationError, match=problem):
        revealer(guarded).reveal(Person, person, column, reason)
    with pytest.raises(NoSuchFieldError):
        revealer(guarded).reveal(Person, person + 1, "email", "why")
    assert revealer(guarded).seen() == []


def test_a_rollback_cannot_undo_the_entry(guarded: Database, person: int) -> None:
    made = revealer(guarded)
    with guarded.begin(), pytest.raises(ValidationError, match="unit of work"):
        made.reveal(Person, person, "email", "why")

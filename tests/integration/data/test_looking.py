"""Looking at the app through another's eyes: whatever would write is refused by one error, and reading goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from host import Repository
from host.config import DatabaseConfig
from host.data import ChangeFeed, Database, Migrator, host_target
from host.data.actor import SYSTEM, Actor
from host.data.looking import OnlyLookingError
from tests.integration.data.conftest import Note, Notes

Way = Callable[[Database], None]


class Eyes:
    """Says who acts, as a test wants it."""

    def __init__(self) -> None:
        self.actor = SYSTEM

    def __call__(self) -> Actor:
        """Tell who acts."""
        return self.actor

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look through another's eyes for the block."""
        self.actor = Actor("boss", "Boss", looking=True)
        try:
            yield
        finally:
            self.actor = SYSTEM


@pytest.fixture
def eyes() -> Eyes:
    """Who acts."""
    return Eyes()


@pytest.fixture
def notes(
    database_config: DatabaseConfig, tmp_path: Path, eyes: Eyes, notes_of: Callable[[Database], Notes]
) -> Iterator[Notes]:
    """A table with one row, in a database that asks who acts."""
    database = Database(database_config, tmp_path, actor=eyes)
    Migrator(database, [host_target()]).upgrade()
    notes = notes_of(database)
    with database.begin() as unit:
        unit.session.add(Note(text="first"))
    yield notes
    database.dispose()


def _orm(database: Database) -> None:
    with database.begin() as unit:
        unit.session.add(Note(text="new"))


def _orm_change(database: Database) -> None:
    with database.begin() as unit:
        unit.session.get_one(Note, 1).text = "changed"
        unit.session.flush()


def _orm_delete(database: Database) -> None:
    with database.begin() as unit:
        unit.session.delete(unit.session.get_one(Note, 1))


def _run_tx(database: Database) -> None:
    database.run_tx(lambda unit: unit.session.add(Note(text="new")))


def _nested(database: Database) -> None:
    with database.begin(), database.begin() as inner:
        inner.session.add(Note(text="new"))


def _inside_a_reading_unit(database: Database) -> None:
    with database.begin(readonly=True), database.begin() as inner:
        inner.session.add(Note(text="new"))


def _many_rows(database: Database) -> None:
    with database.begin() as unit:
        unit.session.execute(insert(Note), [{"text": "a"}, {"text": "b"}])


def _update(database: Database) -> None:
    with database.begin() as unit:
        unit.session.execute(update(Note).values(text="x"))


def _delete(database: Database) -> None:
    with database.begin() as unit:
        unit.session.execute(delete(Note))


def _text(database: Database) -> None:
    with database.begin() as unit:
        unit.session.execute(text("/* hidden */ DELETE FROM test_note"))


def _with_clause(database: Database) -> None:
    with database.begin() as unit:
        unit.session.execute(text("WITH n AS (SELECT 1) UPDATE test_note SET text = 'x'"))


def _ddl(database: Database) -> None:
    with database.begin() as unit:
        unit.session.execute(text("CREATE TABLE test_more (n INTEGER)"))


def _locked(database: Database) -> None:
    with database.begin() as unit:
        unit.session.execute(select(Note).with_for_update()).all()
        unit.session.execute(update(Note).values(text="x"))


def _repository(database: Database) -> None:
    Repository(database, Note).add(Note(text="new"))


def _bulk(database: Database) -> None:
    Repository(database, Note).bulk_add([Note(text="a")])


def _feed(database: Database) -> None:
    with database.begin():
        ChangeFeed(database).publish("topic", "key")


def _session_maker(database: Database) -> None:
    with database.writing() as session:
        session.add(Note(text="new"))
        session.commit()


def _write_engine(database: Database) -> None:
    with database.engines.write.begin() as connection:
        connection.execute(text("INSERT INTO test_note (text) VALUES ('new')"))


def _single_engine(database: Database) -> None:
    with database.single.begin() as connection:
        connection.execute(text("DROP TABLE test_note"))


OPEN_TO_OTHERS = (
    _orm,
    _orm_change,
    _orm_delete,
    _run_tx,
    _nested,
    _many_rows,
    _update,
    _delete,
    _text,
    _with_clause,
    _ddl,
    _locked,
    _repository,
    _bulk,
    _feed,
    _session_maker,
    _write_engine,
    _single_engine,
)
WAYS = (*OPEN_TO_OTHERS, _inside_a_reading_unit)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_way_to_write_is_open(notes: Notes, eyes: Eyes, way: Way) -> None:
    with eyes.looking(), pytest.raises(OnlyLookingError):
        way(notes.database)
    assert notes.texts() == ["first"]


@pytest.mark.parametrize("way", OPEN_TO_OTHERS, ids=lambda way: way.__name__)
def test_every_way_is_open_to_others(notes: Notes, way: Way) -> None:
    way(notes.database)


def test_reading_goes_on_in_units_that_could_write(notes: Notes, eyes: Eyes) -> None:
    with eyes.looking():
        assert notes.texts() == ["first"]
        assert notes.database.run_tx(lambda unit: unit.session.scalar(select(Note.text))) == "first"
        with notes.database.begin() as unit, notes.database.begin():
            assert unit.session.scalars(text("SELECT text FROM test_note")).all() == ["first"]


def test_nothing_is_told_after_a_commit_that_never_was(notes: Notes, eyes: Eyes) -> None:
    told: list[str] = []
    with eyes.looking(), pytest.raises(OnlyLookingError), notes.database.begin() as unit:
        unit.after_commit(lambda: told.append("sent"))
        unit.session.add(Note(text="new"))
    assert told == []


def test_a_unit_that_was_open_before_takes_nothing_either(notes: Notes, eyes: Eyes) -> None:
    with pytest.raises(OnlyLookingError), notes.database.begin() as unit, eyes.looking():
        unit.session.add(Note(text="new"))
        unit.session.flush()
    assert notes.texts() == ["first"]


def test_other_faults_keep_their_name(notes: Notes, eyes: Eyes) -> None:
    with eyes.looking(), pytest.raises(Exception, match="no_such_table"), notes.database.begin() as unit:
        unit.session.execute(text("SELECT * FROM no_such_table"))


def test_what_is_kept_outside_the_database_asks_first(notes: Notes, eyes: Eyes) -> None:
    notes.database.require_writable()
    with eyes.looking(), pytest.raises(OnlyLookingError, match="Stop looking"):
        notes.database.require_writable()

"""One row at a time: read, stored, changed, removed, inside and outside a unit of work."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import DetachedInstanceError

from host.data import Database, ReadOnlyUnitError
from host.data.repository import NotFoundError, Repository, StaleVersionError
from host.errors import ValidationError
from tests.integration.data.repository.models import Article, Order, Place


def test_a_row_is_stored_and_read_with_what_the_database_filled_in(articles: Repository[Article]):
    stored = articles.add(Article(number="A-1", name="Screw"))
    assert stored.id is not None
    read = articles.get(stored.id)
    assert read is not stored
    assert (read.number, read.name, read.stock, read.version, read.deleted_at) == ("A-1", "Screw", 0, 1, None)


def test_a_missing_row_is_named(articles: Repository[Article]):
    with pytest.raises(NotFoundError, match="Article 7 is not there") as caught:
        articles.get(7)
    assert (caught.value.model, caught.value.key) == (Article, 7)


@pytest.mark.parametrize("key", [None, (1, 2)])
def test_a_key_of_the_wrong_form_is_refused(articles: Repository[Article], key):
    with pytest.raises(ValidationError, match="no key of Article"):
        articles.get(key)


def test_a_key_of_several_columns_is_a_tuple(places: Repository[Place]):
    places.add(Place(hall="A", rack=3, label="left"))
    assert places.get(("A", 3)).label == "left"
    with pytest.raises(ValidationError, match=r"Hand over \(hall, rack\)"):
        places.get("A")


def test_a_detached_row_is_changed_freely_and_stored_by_update_only(articles: Repository[Article]):
    row = articles.add(Article(number="A-1", name="Screw"))
    row.name = "Bolt"
    assert articles.get(row.id).name == "Screw"
    now = articles.update(row)
    assert (now.name, now.version) == ("Bolt", 2)
    assert articles.get(row.id).name == "Bolt"


def test_a_row_is_changed_by_key(articles: Repository[Article]):
    row = articles.add(Article(number="A-1"))
    assert articles.update(row.id, {"name": "Bolt"}).version == 2
    assert articles.update(row.id, {"name": "Nut"}, version=2).version == 3


def test_a_second_editor_is_told_what_the_first_one_changed(articles: Repository[Article]):
    articles.add(Article(number="A-1", name="Screw"))
    [first], [second] = articles.find(), articles.find()
    first.name, second.number = "Bolt", "A-2"
    articles.update(first)
    with pytest.raises(StaleVersionError, match="changed by somebody else: name") as caught:
        articles.update(second)
    [conflict] = caught.value.conflicts
    assert (conflict.field, conflict.seen, conflict.theirs, conflict.mine) == ("name", "Screw", "Bolt", "Screw")
    assert caught.value.version == 2
    assert articles.get(first.id).number == "A-1"


def test_with_a_version_only_the_second_editor_is_stopped_too(articles: Repository[Article]):
    row = articles.add(Article(number="A-1"))
    articles.update(row.id, {"name": "Bolt"}, version=1)
    with pytest.raises(StaleVersionError, match="fields unknown"):
        articles.update(row.id, {"name": "Nut"}, version=1)


def test_a_sum_that_nobody_edits_is_no_edit(articles: Repository[Article]):
    row = articles.add(Article(number="A-1"))
    assert articles.update(row.id, {"stock": 5}).version == 1
    row.name = "Bolt"
    assert articles.update(row).version == 2
    assert articles.get(row.id).stock == 5


def test_setting_the_same_value_is_no_edit(articles: Repository[Article]):
    row = articles.add(Article(number="A-1", name="Screw"))
    assert articles.update(row.id, {"name": "Screw"}).version == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [({"nmae": "x"}, "Use one of: name"), ({"id": 3}, "id cannot be changed"), ({"version": 3}, "version cannot be")],
)
def test_what_is_no_field_to_change_is_refused(articles: Repository[Article], changes, problem: str):
    row = articles.add(Article(number="A-1"))
    with pytest.raises(ValidationError, match=problem):
        articles.update(row.id, changes)


def test_a_row_that_was_never_stored_cannot_be_updated(articles: Repository[Article]):
    with pytest.raises(ValidationError, match="never stored"):
        articles.update(Article(number="A-1"))


def test_a_row_is_removed_by_row_or_key(articles: Repository[Article]):
    one, two = articles.add(Article(number="A-1")), articles.add(Article(number="A-2"))
    articles.delete(one)
    articles.delete(two.id)
    assert articles.count() == 0
    with pytest.raises(NotFoundError):
        articles.delete(two)


def test_all_takes_part_in_an_open_unit(tables: Database, articles: Repository[Article]):
    with pytest.raises(ValueError, match="no"), tables.begin():
        row = articles.add(Article(number="A-1"))
        assert articles.get(row.id) is row
        row.name = "Bolt"
        assert articles.update(row) is row
        assert row.version == 2
        raise ValueError("no")
    assert articles.count() == 0


def test_a_second_editor_is_told_in_a_unit_of_work_too(postgres: Database):
    from tests.integration.data.repository.models import Base

    with postgres.begin() as unit:
        Base.metadata.create_all(unit.session.connection())
    articles = Repository(postgres, Article)
    key = articles.add(Article(number="A-1", name="Screw")).id
    with pytest.raises(StaleVersionError, match="somebody else: name"), postgres.begin():
        row = articles.get(key)
        with postgres.single.begin() as other:
            other.exec_driver_sql("UPDATE test_article SET name = 'Bolt', version = 2")
        row.number = "A-2"
        articles.update(row)


def test_a_row_of_another_unit_is_refused(tables: Database, articles: Repository[Article]):
    with tables.reading() as foreign:
        articles.add(Article(number="A-1"))
        row = foreign.get(Article, 1)
        with pytest.raises(ValidationError, match="belongs to another unit of work"):
            articles.update(row, {"name": "x"})


def test_writes_in_a_reading_unit_are_refused(tables: Database, articles: Repository[Article]):
    with tables.begin(readonly=True), pytest.raises(ReadOnlyUnitError, match="Article was to be written"):
        articles.add(Article(number="A-1"))


def test_a_nested_unit_survives_a_refused_row(tables: Database, articles: Repository[Article]):
    with tables.begin():
        articles.add(Article(number="A-1"))
        with pytest.raises(IntegrityError), tables.begin():
            articles.add(Article(number="A-1"))
        articles.add(Article(number="A-2"))
    assert [row.number for row in articles.find(order=["number"])] == ["A-1", "A-2"]


def test_a_relation_that_was_not_loaded_says_so(orders: Repository[Order]):
    key = orders.add(Order(customer="Ada")).id
    with pytest.raises(DetachedInstanceError):
        _ = orders.get(key).lines

"""Soft delete and restore: what belongs together goes and comes back together, and nothing else does."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from host.data import Database
from host.data.repository import INCLUDE_DELETED, NotFoundError, Repository, RestoreConflictError
from host.errors import HostError
from tests.integration.data.repository.conftest import Told
from tests.integration.data.repository.models import Article, Line, Order, Part, Place


def _order(orders: Repository[Order]) -> Order:
    tree = Part(parts=[Part(), Part(parts=[Part()])])
    return orders.add(Order(customer="Ada", lines=[Line(text="a", parts=[tree]), Line(text="b")]))


def test_a_deleted_row_is_left_out_of_every_read(tables: Database, articles: Repository[Article]):
    one, two = articles.bulk_add([{"number": "A-1"}, {"number": "A-2"}])
    articles.soft_delete(one)
    assert [row.id for row in articles.find()] == [two]
    assert (articles.count(), articles.exists(Article.id == one)) == (1, False)
    assert list(articles.get_many([one, two])) == [two]
    assert [row.id for row in articles.page().rows] == [two]
    with pytest.raises(NotFoundError):
        articles.get(one)
    with pytest.raises(NotFoundError):
        articles.update(one, {"name": "x"})
    with tables.begin(readonly=True) as unit:
        assert unit.session.scalar(select(func.count(Article.id))) == 1
        assert unit.session.scalar(select(func.count()).select_from(Article).options(INCLUDE_DELETED)) == 2


def test_deleted_rows_are_read_on_request(articles: Repository[Article]):
    [key] = articles.bulk_add([{"number": "A-1"}])
    batch = articles.soft_delete(key)
    row = articles.get(key, include_deleted=True)
    assert (row.deleted_by, row.delete_batch_id, row.version) == ("anna", batch, 2)
    assert row.deleted_at is not None
    assert len(articles.find(include_deleted=True)) == articles.count(include_deleted=True) == 1
    assert list(articles.get_many([key], include_deleted=True)) == [key]


def test_a_row_held_by_the_unit_is_hidden_too(tables: Database, articles: Repository[Article]):
    [key] = articles.bulk_add([{"number": "A-1"}])
    with tables.begin():
        row = articles.get(key)
        articles.soft_delete(row)
        assert row.deleted_by == "anna"
        with pytest.raises(NotFoundError):
            articles.get(key)


def test_lazy_and_eager_loads_leave_deleted_rows_out(
    tables: Database, orders: Repository[Order], lines: Repository[Line]
):
    order = _order(orders)
    [first, second] = lines.find(order=["id"])
    lines.soft_delete(first)
    assert [line.id for line in orders.get(order.id, load=[selectinload(Order.lines)]).lines] == [second.id]
    with tables.begin(readonly=True):
        assert [line.id for line in orders.get(order.id).lines] == [second.id]
    with tables.begin(readonly=True):
        assert len(orders.get(order.id, include_deleted=True).lines) == 2


def test_a_cascade_goes_and_comes_back_as_one(
    orders: Repository[Order], lines: Repository[Line], parts: Repository[Part], told: Told
):
    order = _order(orders)
    [alone] = lines.find(Line.text == "b")
    earlier = lines.soft_delete(alone)
    before = len(told())
    batch = orders.soft_delete(order)
    assert (orders.count(), lines.count(), parts.count()) == (0, 0, 0)
    assert sorted(action for action, *_ in told()[before:]) == ["soft_delete"] * 6
    assert orders.restore(batch) == 6
    assert (orders.count(), lines.count(), parts.count()) == (1, 1, 4)
    assert lines.restore(earlier) == 1
    assert lines.count() == 2
    assert [action for action, *_ in told()].count("restore") == 7


def test_a_batch_comes_back_whole_by_any_of_its_rows(orders: Repository[Order], parts: Repository[Part]):
    order = _order(orders)
    orders.soft_delete(order)
    part = parts.find(include_deleted=True, limit=1)[0]
    assert parts.restore(part) == 7
    assert orders.count() == 1


def test_the_audit_tells_the_marks(articles: Repository[Article], told: Told):
    [key] = articles.bulk_add([{"number": "A-1"}])
    batch = articles.soft_delete(key)
    action, record_key, old, new = told()[-1]
    assert (action, record_key, old["deleted_by"], new["deleted_by"]) == ("soft_delete", str(key), None, "anna")
    assert new["delete_batch_id"] == {"$uuid": str(batch)}
    assert (old["version"], new["version"]) == (1, 2)
    articles.restore(batch)
    action, _, old, new = told()[-1]
    assert (action, old["deleted_by"], new["deleted_by"]) == ("restore", "anna", None)
    assert (old["version"], new["version"]) == (2, 3)
    assert articles.get(key).version == 3


def test_all_or_none_is_deleted(articles: Repository[Article], told: Told):
    [key] = articles.bulk_add([{"number": "A-1"}])
    with pytest.raises(NotFoundError, match="Article 99"):
        articles.soft_delete(key, 99)
    assert articles.count() == 1
    articles.soft_delete(key)
    with pytest.raises(NotFoundError):
        articles.soft_delete(key)
    assert [action for action, *_ in told()] == ["insert", "soft_delete"]


def test_a_number_is_free_again_and_then_stands_in_the_way(articles: Repository[Article]):
    [key] = articles.bulk_add([{"number": "A-1"}])
    batch = articles.soft_delete(key)
    other = articles.add(Article(number="A-1"))
    with pytest.raises(IntegrityError):
        articles.add(Article(number="A-1"))
    with pytest.raises(RestoreConflictError, match="beside the live ones"):
        articles.restore(batch)
    articles.delete(other)
    assert articles.restore(batch) == 1


def test_nothing_to_restore_is_an_error(articles: Repository[Article]):
    with pytest.raises(NotFoundError):
        articles.restore(uuid4())
    with pytest.raises(NotFoundError):
        articles.restore(articles.add(Article(number="A-1")))


def test_a_model_without_marks_says_so(places: Repository[Place]):
    with pytest.raises(HostError, match="Place cannot be deleted softly"):
        places.soft_delete(("A", 1))


def test_a_deleted_row_can_be_removed_for_good(articles: Repository[Article]):
    [key] = articles.bulk_add([{"number": "A-1"}])
    articles.soft_delete(key)
    articles.delete(key)
    assert articles.count(include_deleted=True) == 0


def test_a_rolled_back_unit_takes_deletes_and_restores_back(
    tables: Database, articles: Repository[Article], told: Told
):
    [key] = articles.bulk_add([{"number": "A-1"}])
    with tables.begin():
        row = articles.get(key)
        with pytest.raises(ValueError, match="no"), tables.begin():
            articles.soft_delete(key)
            raise ValueError("no")
        assert row.deleted_at is None
        assert articles.get(key) is row
    assert articles.count() == 1
    assert len(told()) == 1

"""Many rows at once: as a whole or not at all, each with its audit row."""

import threading
from decimal import Decimal

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from host.data import Database
from host.data.repository import NotFoundError, Repository, StaleVersionError
from host.errors import ValidationError
from tests.integration.data.repository.conftest import Told
from tests.integration.data.repository.models import Article, Line, Order, Place


def _numbered(count: int) -> list[dict[str, object]]:
    return [{"number": f"A-{index}", "name": f"Screw {index}"} for index in range(count)]


def _statements(database: Database) -> list[str]:
    seen: list[str] = []
    event.listen(database.engines.write, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    return seen


def test_rows_are_added_with_keys_defaults_and_audit(articles: Repository[Article], told: Told):
    articles.add(Article(number="first"))
    keys = articles.bulk_add([{"number": "A-1", "price": Decimal("1.50")}, {"number": "A-2", "name": "Bolt"}])
    found = articles.get_many(keys)
    assert [(row.number, row.name, row.stock, row.version) for row in found.values()] == [
        ("A-1", "", 0, 1),
        ("A-2", "Bolt", 0, 1),
    ]
    assert len(set(keys)) == 2
    actions = told()[1:]
    assert [(action, key) for action, key, _, _ in actions] == [("insert", str(key)) for key in keys]
    assert actions[0][3]["price"] == {"$decimal": "1.50"}
    assert articles.add(Article(number="last")).id not in keys


def test_rows_may_be_objects_which_are_only_read(articles: Repository[Article]):
    row = Article(number="A-1", name="Screw")
    [key] = articles.bulk_add([row])
    assert row.id is None
    assert articles.get(key).name == "Screw"


def test_keys_of_their_own_are_kept(places: Repository[Place], told: Told):
    assert places.bulk_add([{"hall": "A", "rack": 1}, {"hall": "A", "rack": 2, "label": "x"}]) == [("A", 1), ("A", 2)]
    assert [key for _, key, _, _ in told()] == ['["A",1]', '["A",2]']


def test_ten_thousand_rows_take_a_few_statements(tables: Database, articles: Repository[Article], told: Told):
    seen = _statements(tables)
    keys = articles.bulk_add(_numbered(10_000))
    assert len(seen) < 40
    assert articles.count() == 10_000
    assert len(told()) == 10_000
    assert articles.get(keys[4321]).number == "A-4321"


def test_a_refused_row_keeps_all_out(tables: Database, articles: Repository[Article], told: Told):
    with tables.begin():
        articles.bulk_add(_numbered(2))
        with pytest.raises(IntegrityError):
            articles.bulk_add([{"number": "B"}, {"number": "A-1"}])
        articles.bulk_add([{"number": "C"}])
    assert [row.number for row in articles.find()] == ["A-0", "A-1", "C"]
    assert len(told()) == 3


def test_an_unknown_field_is_refused(articles: Repository[Article]):
    with pytest.raises(ValidationError, match="Use one of: number"):
        articles.bulk_add([{"nummber": "A-1"}])


def test_only_what_differs_is_updated(articles: Repository[Article], told: Told):
    one, two, three = articles.bulk_add(_numbered(3))
    assert articles.bulk_update({one: {"name": "Bolt"}, two: {"stock": 4}, three: {"name": "Screw 2"}}) == 2
    assert told()[3:] == [
        ("update", str(one), {"name": "Screw 0", "version": 1}, {"name": "Bolt", "version": 2}),
        ("update", str(two), {"stock": 0}, {"stock": 4}),
    ]
    assert [row.version for row in articles.find()] == [2, 1, 1]


def test_an_update_of_a_missing_or_deleted_row_changes_nothing(articles: Repository[Article]):
    one, two = articles.bulk_add(_numbered(2))
    articles.soft_delete(two)
    with pytest.raises(NotFoundError, match=f"Article {two}"):
        articles.bulk_update({one: {"name": "Bolt"}, two: {"name": "Bolt"}})
    assert articles.get(one).name == "Screw 0"


def test_a_bulk_update_notices_a_second_editor(articles: Repository[Article]):
    one, two = articles.bulk_add(_numbered(2))
    articles.update(two, {"name": "Nut"})
    with pytest.raises(StaleVersionError) as caught:
        articles.bulk_update({one: {"name": "B"}, two: {"name": "B"}}, versions={one: 1, two: 1})
    assert (caught.value.key, caught.value.version) == (two, 2)
    assert articles.get(one).name == "Screw 0"


def test_held_objects_follow_and_come_back_with_a_savepoint(tables: Database, articles: Repository[Article]):
    [key] = articles.bulk_add(_numbered(1))
    with tables.begin():
        row = articles.get(key)
        with pytest.raises(ValueError, match="no"), tables.begin():
            articles.bulk_update({key: {"name": "Bolt"}})
            assert (row.name, row.version) == ("Bolt", 2)
            raise ValueError("no")
        assert (row.name, row.version) == ("Screw 0", 1)
    assert row.name == "Screw 0"


def test_rows_are_removed_with_their_old_values(articles: Repository[Article], told: Told):
    one, two = articles.bulk_add(_numbered(2))
    assert articles.bulk_delete([one, 99]) == 1
    action, key, old, new = told()[-1]
    assert (action, key, old["name"], new) == ("delete", str(one), "Screw 0", None)
    assert [row.id for row in articles.find()] == [two]


def test_what_deletes_along_is_removed_and_told_too(orders: Repository[Order], lines: Repository[Line], told: Told):
    order = orders.add(Order(customer="Ada", lines=[Line(text="a"), Line(text="b")]))
    assert orders.bulk_delete([order.id]) == 1
    assert lines.count(include_deleted=True) == 0
    assert sorted(action for action, *_ in told()) == ["delete"] * 3 + ["insert"] * 3


def test_an_upsert_tells_new_from_known(articles: Repository[Article], told: Told):
    one, _ = articles.bulk_add(_numbered(2))
    rows = [{"number": "A-0", "name": "Bolt"}, {"number": "A-1", "name": "Screw 1"}, {"number": "A-9", "stock": 3}]
    done = articles.bulk_upsert(rows, on=["number"])
    assert (len(done.inserted), done.updated, done.unchanged) == (1, 1, 1)
    assert articles.get(done.inserted[0]).stock == 3
    update, insert = sorted(told()[2:], key=lambda change: change[0], reverse=True)
    assert update == ("update", str(one), {"name": "Screw 0", "version": 1}, {"name": "Bolt", "version": 2})
    assert (insert[0], insert[2], insert[3]["number"]) == ("insert", None, "A-9")


def test_an_upsert_passes_softly_deleted_rows_by(articles: Repository[Article]):
    [old] = articles.bulk_add(_numbered(1))
    articles.soft_delete(old)
    assert len(articles.bulk_upsert(_numbered(1), on=["number"]).inserted) == 1
    assert articles.count(include_deleted=True) == 2


def test_an_upsert_finds_rows_by_several_fields(places: Repository[Place]):
    places.bulk_add([{"hall": "A", "rack": 1}, {"hall": "A", "rack": 2}])
    rows = [{"hall": "A", "rack": 2, "label": "x"}, {"hall": "B", "rack": 2, "label": "y"}]
    assert places.bulk_upsert(rows, on=["hall", "rack"]).inserted == (("B", 2),)
    assert places.get(("A", 2)).label == "x"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([{"name": "x"}], "lacks number"),
        ([{"number": "A"}, {"number": "A"}], "given twice"),
        ([{"number": "A", "version": 3}], "version cannot be changed"),
    ],
)
def test_an_upsert_that_is_not_clear_is_refused(articles: Repository[Article], rows, problem: str):
    with pytest.raises(ValidationError, match=problem):
        articles.bulk_upsert(rows, on=["number"])


def test_two_upserts_at_once_make_each_row_once(tables: Database, articles: Repository[Article], told: Told):
    together = threading.Barrier(4)
    done, errors = [], []

    def run(mine: int) -> None:
        try:
            together.wait(30)
            done.append(articles.bulk_upsert([{**row, "stock": mine} for row in _numbered(200)], on=["number"]))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert articles.count() == 200
    assert sum(len(each.inserted) for each in done) == 200
    actions = [action for action, *_ in told()]
    assert (actions.count("insert"), actions.count("update")) == (200, 600)


def test_an_upsert_against_another_unique_value_says_so(articles: Repository[Article]):
    articles.bulk_add(_numbered(1))
    with pytest.raises(IntegrityError):
        articles.bulk_upsert([{"number": "A-0", "name": "unknown"}], on=["name"])


def test_defaults_of_the_database_are_recorded(tables: Database, told: Told):
    from tests.integration.data.repository.models import Stamp

    stamps = Repository(tables, Stamp)
    keys = stamps.bulk_add([{"text": "a"}, {"text": "b", "state": "new"}, {"text": "c"}])
    assert [(row.text, row.state) for row in stamps.get_many(keys).values()] == [
        ("a", "open"),
        ("b", "new"),
        ("c", "open"),
    ]
    assert [(new["text"], new["state"]) for *_, new in told()] == [("a", "open"), ("b", "new"), ("c", "open")]


def test_unaudited_statements_are_refused(tables: Database, articles: Repository[Article]):
    articles.bulk_add(_numbered(1))
    with pytest.raises(Exception, match="no audit record"), tables.begin() as unit:
        unit.session.execute(text("UPDATE test_article SET name = 'x'"))

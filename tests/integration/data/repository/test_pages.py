"""Lists in pages: complete, in order, each row once, also while others come and go."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event

from host.data import Database
from host.data.repository import CursorError, Filter, Repository, RowPage, Sort
from host.errors import ValidationError
from tests.integration.data.repository.models import Article, Place

ORDERS = [
    (),
    ("name",),
    ("-name",),
    ("name", "-stock"),
    (Sort("best_before"), "name"),
    (Sort("best_before", descending=True), "-name"),
    (Sort("best_before", empty_first=True), Sort("price", descending=True, empty_first=True)),
    (Sort("price"), Sort("best_before", descending=True, empty_first=True), "-number"),
]


@pytest.fixture
def many(articles: Repository[Article]) -> Repository[Article]:
    articles.bulk_add(
        {
            "number": f"A-{index:03}",
            "name": f"N{index % 4}",
            "stock": index % 3,
            "price": Decimal(index % 5) / 4 if index % 3 else None,
            "best_before": date(2026, 1, 1 + index % 6) if index % 4 else None,
        }
        for index in range(60)
    )
    return articles


def _walk(articles: Repository[Article], order, size: int) -> list[RowPage[Article]]:
    pages = [articles.page(order=order, size=size)]
    while pages[-1].next:
        pages.append(articles.page(order=order, size=size, cursor=pages[-1].next))
    return pages


def _ids(pages: list[RowPage[Article]]) -> list[int]:
    return [row.id for page in pages for row in page.rows]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_every_row_comes_once_forward_and_backward(many: Repository[Article], order):
    complete = [row.id for row in many.find(order=order)]
    assert len(complete) == 60
    forward = _walk(many, order, 7)
    assert _ids(forward) == complete
    assert forward[0].previous is None
    back = [forward[-1]]
    while back[-1].previous:
        back.append(many.page(order=order, size=7, cursor=back[-1].previous))
    assert _ids(back[::-1]) == complete
    again = many.page(order=order, size=7, cursor=back[-1].next)
    assert _ids([again]) == complete[7:14] if len(back[-1].rows) == 7 else complete


def test_the_order_is_as_python_sorts(many: Repository[Article]):
    rows = many.find(order=["name", "-stock"])
    assert [row.id for row in rows] == [row.id for row in sorted(rows, key=lambda row: (row.name, -row.stock, -row.id))]
    empty_last = [row.best_before for row in many.find(order=["best_before"])]
    assert empty_last.index(None) == 45
    assert [row.best_before for row in many.find(order=[Sort("best_before", empty_first=True)])][15] is not None


def test_rows_that_come_and_go_move_no_other(many: Repository[Article]):
    first = many.page(order=["number"], size=20)
    many.bulk_delete([row.id for row in first.rows[:10]])
    many.bulk_add([{"number": "A-000a"}, {"number": "A-030a"}])
    second = many.page(order=["number"], size=20, cursor=first.next)
    assert [row.number for row in second.rows[:12]] == [*(f"A-{index:03}" for index in range(20, 31)), "A-030a"]
    many.bulk_delete([first.rows[-1].id])
    assert many.page(order=["number"], size=20, cursor=first.next).rows[0].number == "A-020"


def test_filters_and_deleted_rows_are_kept_out(many: Repository[Article]):
    many.soft_delete(*(row.id for row in many.find(Filter("stock", "=", 0))[:5]))
    page = many.page(Filter("stock", "=", 0), size=100)
    assert (len(page.rows), page.next, page.previous) == (15, None, None)
    assert len(many.page(Filter("stock", "=", 0), size=100, include_deleted=True).rows) == 20


def test_an_emptied_page_leads_back(many: Repository[Article]):
    first = many.page(order=["number"], size=50)
    many.bulk_delete([row.id for row in many.find(order=["number"])[50:]])
    empty = many.page(order=["number"], size=50, cursor=first.next)
    assert (empty.rows, empty.next) == ((), None)
    assert empty.previous
    back = many.page(order=["number"], size=50, cursor=empty.previous)
    assert [row.number for row in back.rows] == [row.number for row in first.rows]


def test_keys_of_several_columns_decide_between_equals(places: Repository[Place]):
    places.bulk_add([{"hall": hall, "rack": rack, "label": "x"} for hall in "AB" for rack in range(5)])
    cursor, seen = None, []
    while True:
        page = places.page(order=["label"], size=3, cursor=cursor)
        seen += [(row.hall, row.rack) for row in page.rows]
        if not (cursor := page.next):
            break
    assert seen == [(hall, rack) for hall in "AB" for rack in range(5)]


@pytest.mark.parametrize(
    "change", [lambda token: token[:-3], lambda token: "x" + token, lambda _: "%%%", lambda _: "bnVsbA"]
)
def test_a_damaged_cursor_is_refused(many: Repository[Article], change):
    token = many.page(size=5).next
    with pytest.raises(CursorError, match="damaged"):
        many.page(size=5, cursor=change(token))


def test_a_cursor_of_another_list_is_refused(many: Repository[Article], places: Repository[Place]):
    token = many.page(size=5, order=["name"]).next
    for repository, order in ((many, ["-name"]), (many, ["number"]), (places, ["label"])):
        with pytest.raises(CursorError, match="another list or order"):
            repository.page(size=5, order=order, cursor=token)


def test_a_forged_value_of_another_type_is_refused(many: Repository[Article]):
    import base64
    import json

    token = many.page(size=5).next
    content = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    content[3] = ["1 OR 1=1"]
    forged = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    with pytest.raises(CursorError, match="damaged"):
        many.page(size=5, cursor=forged)


def test_pages_by_number_know_the_total(many: Repository[Article]):
    page = many.page_number(3, Article.stock < 2, order=["number"], size=15)
    assert (page.total, len(page.rows), page.next) == (40, 10, None)
    assert page.rows == tuple(page.rows)
    assert many.page_number(9, size=15).rows == ()


@pytest.mark.parametrize(("size", "number"), [(0, 1), (10_001, 1), (10, 0)])
def test_impossible_pages_are_refused(many: Repository[Article], size: int, number: int):
    with pytest.raises(ValidationError):
        many.page_number(number, size=size)


def test_a_page_far_down_reads_no_more_rows_than_the_first(sqlite: Database):
    """SQLite counts its steps: the page by cursor takes about as many at the end as at the beginning."""
    from tests.integration.data.repository.models import Base

    Base.metadata.create_all(sqlite.single)
    articles = Repository(sqlite, Article)
    articles.bulk_add([{"number": f"A-{index:05}"} for index in range(20_000)])
    last = articles.page(order=["number"], size=50)
    first_steps = _steps(sqlite, lambda: articles.page(order=["number"], size=50))
    far = articles.find(order=["number"])[19_900]
    from host.data.repository.cursor import Cursor, written
    from host.data.repository.ordering import sorts
    from host.data.repository.shape import shape_of

    shape = shape_of(Article)
    token = written(Cursor((far.number, far.id)), shape, sorts(shape, ["number"]))
    assert len(articles.page(order=["number"], size=50, cursor=token).rows) == 50
    far_steps = _steps(sqlite, lambda: articles.page(order=["number"], size=50, cursor=token))
    assert last.next
    assert far_steps < 3 * first_steps


def _steps(database: Database, work) -> int:
    counted = []

    def watch(connection, _record, _proxy) -> None:
        connection.set_progress_handler(lambda: counted.append(1), 10)

    event.listen(database.engines.read, "checkout", watch)
    work()
    event.remove(database.engines.read, "checkout", watch)
    return len(counted)

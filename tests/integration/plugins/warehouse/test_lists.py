"""Lists that only grow are read by their ids: each entry once, whatever comes in meanwhile; and nothing asks N+1."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from plugins.warehouse.services.movements import MovementFilter
from plugins.warehouse.services.order_lookup import OrderFilter
from plugins.warehouse.services.paging import ListPlace
from tests.integration.plugins.warehouse.house import House


@contextmanager
def statements(house: House) -> Iterator[list[str]]:
    """Collect the statements that are sent."""
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    engines = {house.database.engines.write, house.database.engines.read}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def test_a_list_is_leafed_through_and_back_while_it_grows(house: House) -> None:
    article = house.article()
    for count in range(1, 8):
        house.movements.receive(house.booking(article, count))
    first = house.movements.stretch(MovementFilter(), rows=3)
    assert ([int(row.quantity) for row in first.rows], first.newer) == ([7, 6, 5], None)
    assert first.older
    house.movements.receive(house.booking(article, 8))
    second = house.movements.stretch(MovementFilter(), 3, first.older)
    assert [int(row.quantity) for row in second.rows] == [4, 3, 2]
    assert second.older
    last = house.movements.stretch(MovementFilter(), 3, second.older)
    assert ([int(row.quantity) for row in last.rows], last.older) == ([1], None)
    assert last.newer
    back = house.movements.stretch(MovementFilter(), 3, last.newer)
    assert [int(row.quantity) for row in back.rows] == [4, 3, 2]
    assert back.newer
    top = house.movements.stretch(MovementFilter(), 4, back.newer)
    assert ([int(row.quantity) for row in top.rows], top.newer) == ([8, 7, 6, 5], None)
    assert house.movements.stretch(MovementFilter(kind="out"), 3).rows == []


def test_a_place_beyond_either_end_shows_nothing(house: House) -> None:
    house.order((house.article(), 1))
    for place in (ListPlace(before=0), ListPlace(after=1_000_000)):
        assert house.lookup.stretch(OrderFilter(), 3, place).rows == []


@pytest.mark.parametrize("step", ["reserve", "release", "ship", "cancel"])
def test_a_long_order_takes_no_more_questions_than_a_short_one(house: House, step: str) -> None:
    articles = [house.article(f"A-{number}") for number in range(12)]
    for article in articles:
        for place in ("P1", "P2"):
            house.movements.receive(house.booking(article, 5, place=place))
    counts = []
    for lines in (2, 12):
        order = house.order(*((article, 1) for article in articles[:lines]))
        if step != "reserve":
            house.orders.reserve(order)
        with statements(house) as sent:
            getattr(house.orders, step)(order)
        counts.append(sum(each.startswith("SELECT") and "sqlite_sequence" not in each for each in sent))
    assert counts[0] == counts[1]


def test_a_long_list_takes_no_more_questions_than_a_short_one(house: House) -> None:
    articles = [house.article(f"A-{number}") for number in range(6)]
    for article in articles:
        house.movements.receive(house.booking(article, 5))
        house.order((article, 1))
    for read in (
        lambda rows: house.movements.stretch(MovementFilter(), rows),
        lambda rows: house.lookup.stretch(OrderFilter(), rows),
    ):
        counts = []
        for rows in (1, 6):
            with statements(house) as sent:
                assert len(read(rows).rows) == rows
            counts.append(len(sent))
        assert counts[0] == counts[1]

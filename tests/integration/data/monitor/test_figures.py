"""What is counted, for whom, and that all processes draw one picture."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import selectinload

from host.config import DatabaseConfig
from host.data import DatabaseUnavailableError
from host.data.actor import Actor
from host.data.monitor import current_tally
from host.data.monitor.buckets import MOST_KEYS, OTHER, Collector
from host.data.monitor.retention import KEEP_MINUTES, tidy
from host.data.monitor.tables import FigureRow, ShapeRow
from tests.integration.data.monitor.conftest import Good, MakeShop, Shop


def ask(shop: Shop, number: int) -> None:
    with shop.database.begin(readonly=True) as unit:
        unit.session.scalar(select(Good.name).where(Good.id == number))


def by_text(shop: Shop, part: str):
    return next(each for each in shop.told().statements() if part in each.text)


def test_a_shape_is_counted_whatever_its_values_and_belongs_to_its_page(shop: Shop):
    with shop.monitor.run("shop/goods", "shop"):
        ask(shop, 1)
        ask(shop, 2)
    ask(shop, 3)
    found = by_text(shop, "WHERE shop_good.id = ?")
    assert found.figures.count == sum(found.counts) == 3
    assert set(found.pages) == {"shop/goods", ""}
    assert 0 < found.figures.histogram.quantile(0.5) <= found.figures.histogram.quantile(0.95)


def test_statements_and_time_of_a_run_are_known_in_the_run_and_per_page(shop: Shop):
    with shop.monitor.run("shop/goods", "shop") as tally:
        assert current_tally() is tally
        ask(shop, 1)
        with shop.monitor.run("shop/goods", None) as again, shop.database.begin(readonly=True) as unit:
            assert again is tally
            unit.session.scalars(select(Good).options(selectinload(Good.parts)).limit(3)).all()
        assert tally.statements == 3
        assert tally.seconds > 0
    with shop.monitor.run("shop/goods", "shop"):
        ask(shop, 1)
    with shop.monitor.run("shop/quiet", "shop"):
        pass
    pages = {each.page: each for each in shop.told().pages()}
    assert (pages["shop/goods"].runs.count, pages["shop/goods"].per_run) == (2, 2.0)
    assert (pages["shop/quiet"].runs.count, pages["shop/quiet"].per_run) == (1, 0.0)
    assert pages["shop/goods"].plugin == "shop"


def test_transactions_are_counted_with_size_and_end(shop: Shop):
    with shop.database.begin() as unit:
        unit.session.execute(update(Good).where(Good.id <= 10).values(sold=0))
    with pytest.raises(ZeroDivisionError), shop.database.begin() as unit:
        unit.session.execute(update(Good).where(Good.id == 1).values(sold=1 // 0))
    summary = shop.told().summary()
    assert summary.transactions.count == 1
    assert summary.transactions.rows == 10
    assert summary.transactions.statements == 1
    assert summary.rolled_back == 1


def test_transactions_that_are_run_again_are_counted(shop: Shop):
    attempts = []

    def gives_way(_unit) -> None:
        attempts.append(1)
        if len(attempts) < 3:
            raise DatabaseUnavailableError("away") from lost

    lost = DBAPIError("SELECT 1", {}, Exception(), connection_invalidated=True)
    shop.database.run_tx(gives_way)
    assert len(attempts) == 3
    assert shop.told().summary().lost == 2


def test_a_failing_statement_is_an_error_of_its_shape(shop: Shop):
    with pytest.raises(DBAPIError), shop.database.begin() as unit:
        unit.session.execute(text("SELECT missing FROM shop_good WHERE id = 5"))
    assert by_text(shop, "missing").figures.errors == 1


def test_outside_a_run_the_actor_says_whose_it_is(make_shop: MakeShop):
    shop = make_shop(lambda: Actor("ann", "Ann", plugin="stock", page=None))
    ask(shop, 1)
    with shop.database.begin(readonly=True) as unit:
        row = unit.session.scalar(select(func.count()).select_from(FigureRow).where(FigureRow.plugin == "stock"))
        assert row == 0
    shop.told()
    with shop.database.begin(readonly=True) as unit:
        assert unit.session.scalars(select(FigureRow).where(FigureRow.plugin == "stock")).first() is not None


def test_writing_twice_counts_nothing_twice_and_the_monitor_not_itself(shop: Shop):
    ask(shop, 1)
    first = shop.told().summary().statements.count
    assert shop.told().summary().statements.count == first
    ask(shop, 2)
    assert shop.told().summary().statements.count - first in (1, 2)


def test_what_cannot_be_written_is_written_later(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    ask(shop, 1)
    with monkeypatch.context() as broken:
        broken.setattr(shop.database, "run_tx", lambda _: (_ for _ in ()).throw(DatabaseUnavailableError("away")))
        with pytest.raises(DatabaseUnavailableError):
            shop.monitor.flush()
    assert by_text(shop, "WHERE shop_good.id = ?").figures.count == 1


def test_several_processes_draw_one_picture(shop: Shop, database_config: DatabaseConfig, tmp_path: Path):
    code = """
import json, sys
from pathlib import Path
from sqlalchemy import text
from host.config import DatabaseConfig
from host.data import Database
from host.data.monitor import Monitor
config, folder = json.loads(sys.argv[1])
config = DatabaseConfig(**config)
monitor = Monitor(config)
database = Database(config, Path(folder), extensions=[monitor])
for number in range(20):
    with database.begin(readonly=True) as unit:
        unit.session.execute(text("SELECT shop_good.name FROM shop_good WHERE shop_good.id = :id"), {"id": number})
monitor.flush()
"""
    argument = json.dumps([database_config.model_dump(), str(tmp_path)])
    children = [subprocess.Popen([sys.executable, "-c", code, argument]) for _ in range(3)]
    assert [child.wait(timeout=60) for child in children] == [0, 0, 0]
    for number in range(4):
        ask(shop, number)
    assert by_text(shop, "WHERE shop_good.id = ?").figures.count == 64
    assert len({(each.pid, each.name) for each in shop.report.pools()}) >= 4


def test_background_writing_starts_and_ends(shop: Shop):
    shop.monitor.start()
    assert any(thread.name == "host-monitor" for thread in threading.enumerate())
    ask(shop, 1)
    shop.monitor.flush()
    assert shop.report.pools() != []
    shop.monitor.stop()
    assert shop.report.pools() == []
    assert not any(thread.name == "host-monitor" for thread in threading.enumerate())
    assert shop.report.summary().statements.count > 0


def test_old_minutes_become_hours_and_nothing_is_lost(shop: Shop):
    # Three minutes of the same hour, two of them long written.
    for earlier in (2, 1, 0):
        ask(shop, earlier)
        shop.told()
        if earlier:
            with shop.database.begin() as unit:
                unit.session.execute(update(FigureRow).values(minute=FigureRow.minute - 1))
            shop.monitor._ledger._figures.clear()
    count = shop.report.summary().statements.count
    hour = int(time.time()) // 60 // 60 * 60 - KEEP_MINUTES - 60
    with shop.database.begin() as unit:
        newest = unit.session.scalar(select(func.max(FigureRow.minute)))
        unit.session.execute(update(FigureRow).values(minute=FigureRow.minute - newest + hour + 30))
        before = unit.session.scalar(select(func.count()).select_from(FigureRow))
    shop.database.run_tx(lambda unit: tidy(unit.session))
    shop.database.run_tx(lambda unit: tidy(unit.session))
    with shop.database.begin(readonly=True) as unit:
        spans = set(unit.session.scalars(select(FigureRow.span)))
        assert spans == {60}
        assert unit.session.scalar(select(func.count()).select_from(FigureRow)) <= before
    assert shop.report.summary(24 * 60).statements.count == count


def test_old_figures_and_shapes_go(shop: Shop):
    ask(shop, 1)
    shop.told()
    with shop.database.begin() as unit:
        unit.session.execute(update(FigureRow).values(minute=FigureRow.minute - 20 * 24 * 60))
        unit.session.execute(text("UPDATE host_monitor_shape SET last_seen = '2020-01-01 00:00:00+00:00'"))
    shop.database.run_tx(lambda unit: tidy(unit.session))
    with shop.database.begin(readonly=True) as unit:
        assert unit.session.scalar(select(func.count()).select_from(FigureRow)) == 0
        assert unit.session.scalar(select(func.count()).select_from(ShapeRow)) == 0


def test_keys_are_bounded():
    collector = Collector()
    for number in range(MOST_KEYS + 500):
        collector.add(("statement", f"SELECT {number}", "", ""), 0.001)
    assert collector.crowded.is_set()
    taken = collector.take()
    assert len(taken) == MOST_KEYS + 1
    assert sum(figures.count for key, figures in taken.items() if key.name == OTHER) == 500


def test_shapes_are_bounded_and_room_is_made_the_next_day(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("host.data.monitor.ledger.MOST_SHAPES", 3)
    ledger = shop.monitor._ledger
    names = [ledger.shape_of(f"SELECT {'x' * number} FROM t").fingerprint for number in range(1, 7)]
    assert OTHER not in names[:3]
    assert names[3:] == [OTHER] * 3
    ask(shop, 1)
    assert OTHER in {each.fingerprint for each in shop.told().statements()}
    monkeypatch.setattr("host.data.monitor.ledger._SHAPES_FOR_S", -1.0)
    shop.monitor.flush()
    assert ledger.shape_of("SELECT fresh FROM t").fingerprint != OTHER


def test_a_monitor_that_is_switched_off_sees_nothing(make_shop: MakeShop):
    make_shop()
    shop = make_shop(monitor=False)
    ask(shop, 1)
    assert shop.told().summary().statements.count == 0

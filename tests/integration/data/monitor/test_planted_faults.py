"""One planted fault each is found and named with its line: a slow statement, loops, missing and needless indexes."""

import inspect
import statistics
import sys
import time

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import selectinload

from host.data.monitor import NPlusOneError
from host.data.monitor.advice import advise
from host.data.monitor.findings import THRESHOLD
from tests.integration.data.monitor.conftest import Good, MakeShop, Part, Shop

HERE = "tests/integration/data/monitor/test_planted_faults.py"


def line() -> int:
    """The line below the caller's."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno + 1


def test_a_slow_statement_is_written_down_with_line_types_and_plan(make_shop: MakeShop, caplog):
    shop = make_shop(slow_ms=0.0001)
    with shop.monitor.run("shop/goods", "shop"), shop.database.begin(readonly=True) as unit:
        here = line()
        unit.session.scalars(select(Good.name).where(Good.shelf == 1918273645, Good.name != "hunter2")).all()
    found = next(each for each in shop.told().slow() if "shop_good.shelf" in each.text)
    assert found.site == f"{HERE}:{here}"
    assert (found.page, found.plugin) == ("shop/goods", "shop")
    assert found.seconds > 0
    assert "int" in found.parameters
    assert "str" in found.parameters
    scan = "SCAN shop_good" if shop.database.dialect == "sqlite" else "Seq Scan on shop_good"
    assert scan in found.plan
    for secret in ("1918273645", "hunter2"):
        assert secret not in f"{found.text} {found.plan} {found.parameters} {caplog.text}"


def test_values_written_into_the_statement_itself_stay_out_too(make_shop: MakeShop, caplog):
    shop = make_shop(slow_ms=0.0001)
    with shop.database.begin(readonly=True) as unit:
        unit.session.execute(text("SELECT name FROM shop_good WHERE name = 'hunter2' AND sold > 1918273645"))
    found = next(each for each in shop.told().slow() if "shop_good" in each.text and "name" in each.text)
    assert found.plan
    for secret in ("1918273645", "hunter2"):
        assert secret not in f"{found.text} {found.plan} {caplog.text}"


def test_a_plan_is_asked_for_once_an_hour_by_all_processes(make_shop: MakeShop):
    shops = [make_shop(slow_ms=0.0001), make_shop(slow_ms=0.0001)]
    asked: list[str] = []
    for shop in shops:
        explain = shop.monitor._planner.explain
        shop.monitor._planner.explain = lambda statement, explain=explain: asked.append(statement) or explain(statement)
    for _ in range(2):
        for shop in shops:
            with shop.database.begin(readonly=True) as unit:
                unit.session.scalars(select(Good.name).where(Good.shelf == 5)).all()
            shop.monitor.flush()
    assert sum("shop_good.shelf" in statement for statement in asked) == 1


def test_a_plan_that_cannot_be_had_says_why(shop: Shop):
    plan = shop.monitor._planner.explain("SELECT gone FROM nowhere")
    assert plan.text == ""
    assert "nowhere" in plan.fault


def test_a_lazy_load_in_a_loop_is_named_with_its_line_and_its_cure(shop: Shop):
    with shop.monitor.run("shop/goods", "shop"), shop.database.begin(readonly=True) as unit:
        for good in unit.session.scalars(select(Good).order_by(Good.id).limit(THRESHOLD + 2)):
            here = line()
            len(good.parts)
    (found,) = shop.told().findings()
    assert (found.kind, found.subject) == ("lazy_load", "Good.parts")
    assert found.site == f"{HERE}:{here}"
    assert (found.page, found.plugin) == ("shop/goods", "shop")
    assert found.most == THRESHOLD + 2
    assert "selectinload(Good.parts)" in found.cure


def test_the_other_direction_is_found_too(shop: Shop):
    with shop.database.begin(readonly=True) as unit:
        for part in unit.session.scalars(select(Part).order_by(Part.id).limit(4 * THRESHOLD)):
            here = line()
            assert part.good.name
    (found,) = shop.told().findings()
    assert (found.subject, found.site, found.page) == ("Part.good", f"{HERE}:{here}", "")


def test_the_cure_cures(shop: Shop):
    with shop.monitor.run("shop/goods", "shop") as tally, shop.database.begin(readonly=True) as unit:
        goods = unit.session.scalars(select(Good).options(selectinload(Good.parts)).order_by(Good.id).limit(30))
        assert sum(len(good.parts) for good in goods) == 60
    assert shop.told().findings() == []
    assert tally.statements == 2


def test_fewer_than_the_threshold_is_no_finding(shop: Shop):
    for _ in range(3):
        with shop.monitor.run("shop/goods", "shop"), shop.database.begin(readonly=True) as unit:
            for good in unit.session.scalars(select(Good).order_by(Good.id).limit(THRESHOLD - 1)):
                len(good.parts)
            for number in range(THRESHOLD - 1):
                unit.session.scalar(select(Good.name).where(Good.id == number))
    assert shop.told().findings() == []


def test_the_same_select_in_a_loop_is_named_with_its_line(shop: Shop):
    with shop.monitor.run("shop/goods", "shop"), shop.database.begin(readonly=True) as unit:
        for number in range(3 * THRESHOLD):
            here = line()
            unit.session.get(Good, number)
    (found,) = shop.told().findings()
    assert (found.kind, found.site) == ("repeated_select", f"{HERE}:{here}")
    assert found.most == 3 * THRESHOLD
    assert "get_many" in found.cure
    assert "shop_good.id = ?" in found.subject


def test_runs_add_up_to_one_finding(shop: Shop):
    for times in (THRESHOLD, THRESHOLD + 4):
        with shop.monitor.run("shop/goods", "shop"), shop.database.begin(readonly=True) as unit:
            for good in unit.session.scalars(select(Good).order_by(Good.id).limit(times)):
                len(good.parts)
        shop.monitor.flush()
    (found,) = shop.report.findings()
    assert (found.runs, found.most) == (2, THRESHOLD + 4)


def test_strict_raises_at_the_line_and_the_transaction_lives_on(make_shop: MakeShop):
    shop = make_shop(strict_loading=True)
    with shop.monitor.run("shop/goods", "shop"), shop.database.begin() as unit:
        goods = unit.session.scalars(select(Good).order_by(Good.id).limit(20)).all()
        with pytest.raises(NPlusOneError) as caught:
            for good in goods:
                len(good.parts)
        assert unit.session.scalar(select(Good.name).where(Good.id == 1)) == "good 1"
    assert HERE in str(caught.value)
    assert "selectinload(Good.parts)" in str(caught.value)
    with pytest.raises(NPlusOneError, match="get_many"), shop.database.begin(readonly=True) as unit:
        for number in range(20):
            unit.session.scalar(select(Good.name).where(Good.id == number))


def plant_missing_index(shop: Shop) -> None:
    with shop.monitor.run("shop/shelf", "shop"), shop.database.begin(readonly=True) as unit:
        for number in range(150):
            unit.session.scalars(select(Good.name).where(Good.shelf == number).order_by(Good.sold).limit(5)).all()


def took_s(shop: Shop) -> float:
    began = time.perf_counter()
    with shop.database.begin(readonly=True) as unit:
        for number in range(100):
            unit.session.scalars(select(Good.name).where(Good.shelf == number).order_by(Good.sold).limit(5)).all()
    return time.perf_counter() - began


def plan_of_shelf(shop: Shop, shelf: int) -> str:
    """Ask for another shelf each time: SQLite doesn't plan an EXPLAIN anew that the driver has kept."""
    statement = select(Good.name).where(Good.shelf == shelf).order_by(Good.sold).limit(5)
    sql = statement.compile(shop.database.single, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if shop.database.dialect == "sqlite" else "EXPLAIN"
    with shop.database.begin(readonly=True) as unit:
        return "\n".join(str(row) for row in unit.session.execute(text(f"{explain} {sql}")))


def test_a_missing_index_is_advised_and_the_planner_takes_the_advised_one(make_shop: MakeShop, capsys):
    shop = make_shop(slow_ms=0.0001)
    plant_missing_index(shop)
    shop.monitor.flush()
    found = next(each for each in advise(shop.database).advice if each.kind == "missing")
    assert (found.table, found.index) == ("shop_good", "ix_shop_good_shelf_sold")
    assert found.site.startswith(HERE)
    assert found.verified == ("planner" if shop.database.dialect == "sqlite" else "")
    assert found.index not in plan_of_shelf(shop, 7)
    before = statistics.median(took_s(shop) for _ in range(5))
    with shop.database.single.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(found.statement.replace(" CONCURRENTLY", "")))
        connection.execute(text("ANALYZE"))
        connection.commit()
    after = statistics.median(took_s(shop) for _ in range(5))
    with capsys.disabled():
        sys.stdout.write(f"\n{shop.database.dialect}: with the advised index {after / before:.2f} of the time\n")
    assert found.index in plan_of_shelf(shop, 8)
    assert not [each for each in advise(shop.database).advice if each.kind == "missing"]


def test_an_index_that_the_planner_would_not_take_is_not_advised(make_shop: MakeShop):
    shop = make_shop(slow_ms=0.0001)
    with shop.database.begin(readonly=True) as unit:
        unit.session.scalars(select(Good.name).where(Good.sold + 1 == 5)).all()
        unit.session.scalars(select(Part.id).where(Part.good_id == 5)).all()
        unit.session.scalars(select(Good.id)).all()
    shop.monitor.flush()
    assert not [each for each in advise(shop.database).advice if each.kind == "missing"]


def test_a_duplicate_index_is_found_and_a_foreign_key_without_one(shop: Shop):
    with shop.database.begin() as unit:
        unit.session.execute(text("DROP INDEX ix_shop_part_good_id"))
        rows = ", ".join(f"({number % 3000 + 1})" for number in range(1200))
        unit.session.execute(text(f"INSERT INTO shop_part (good_id) VALUES {rows}"))
    with shop.database.begin() as unit:
        unit.session.execute(text("ANALYZE"))
    found = {(each.kind, each.index): each for each in advise(shop.database).advice}
    assert ("duplicate", "ix_shop_good_name_again") in found
    assert "ix_shop_good_name." in found["duplicate", "ix_shop_good_name_again"].reason
    assert ("foreign_key", "ix_shop_part_good_id") in found


def test_the_host_itself_has_no_needless_index(shop: Shop):
    assert not [each for each in advise(shop.database).advice if each.table.startswith("host_")]


def test_what_cannot_be_known_is_said(shop: Shop):
    notes = " ".join(advise(shop.database).notes)
    if shop.database.dialect == "sqlite":
        assert "SQLite doesn't count uses of indexes" in notes
    else:
        assert "counted since" in notes

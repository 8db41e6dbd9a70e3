import pytest

from host.data.monitor.advice.predicates import wishes
from host.data.monitor.advice.scans import cost, scanned


def test_conditions_and_order_are_read_by_table():
    found = wishes(
        "SELECT a.x FROM article AS a JOIN lot AS l ON l.article_id = a.id"
        " WHERE a.kind = ? AND a.day > ? AND l.state IN (?) ORDER BY a.day LIMIT ?",
        "sqlite",
    )
    assert (found["a"].table, found["a"].equal, found["a"].ranged) == ("article", ["kind"], ["day"])
    assert (found["a"].order, found["a"].joined) == (["day"], ["id"])
    assert (found["l"].table, found["l"].equal, found["l"].joined) == ("lot", ["state"], ["article_id"])


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT x FROM t WHERE a = ? OR b = ?",
        "SELECT x FROM t WHERE lower(a) = ?",
        "SELECT x FROM t ORDER BY a",
        "SELECT x FROM t WHERE a IN (SELECT b FROM u)",
        "not a statement (",
    ],
)
def test_what_no_plain_index_serves_is_no_wish(statement: str):
    assert not any(wish.equal or wish.ranged or wish.order for wish in wishes(statement, "sqlite").values())


def test_updates_and_deletes_select_too():
    assert wishes("UPDATE t SET a = ? WHERE b = ?", "postgresql")["t"].equal == ["b"]
    assert wishes("DELETE FROM t WHERE b < ?", "sqlite")["t"].ranged == ["b"]


@pytest.mark.parametrize(
    ("dialect", "plan", "tables"),
    [
        ("sqlite", "SCAN t\nUSE TEMP B-TREE FOR ORDER BY", {"t"}),
        ("sqlite", "SEARCH t USING INDEX ix (a=?)", set()),
        ("sqlite", "SCAN a\nSEARCH b USING AUTOMATIC COVERING INDEX (t_id=?)", {"a", "b"}),
        ("sqlite", "SCAN CONSTANT ROW", set()),
        ("postgresql", "Limit (cost=1..2 rows=1 width=4)\n  ->  Seq Scan on goods g  (cost=0.00..9.00", {"goods"}),
        ("postgresql", "Gather\n  ->  Parallel Seq Scan on public.goods  (cost=0.00..9.00", {"goods"}),
        ("postgresql", "Index Scan using goods_pkey on goods  (cost=0.29..8.30", set()),
    ],
)
def test_tables_read_from_end_to_end(dialect: str, plan: str, tables: set[str]):
    assert scanned(plan, dialect) == tables


def test_the_cost_is_that_of_the_whole_plan():
    assert cost("Limit  (cost=378.04..378.05 rows=5)\n  ->  Sort  (cost=378.04..400.00") == 378.05

from host.data.monitor.plans import explainable, numbered_places, without_values
from host.data.monitor.slow import kinds


def test_places_become_numbers_once_per_name():
    text, places = numbered_places("SELECT %(a)s::INTEGER, 5 %% 2 WHERE x = %(b)s AND y = %(a)s AND z ? 'k'")
    assert (text, places) == ("SELECT $1::INTEGER, 5 % 2 WHERE x = $2 AND y = $1 AND z ? 'k'", 2)


def test_each_place_of_a_shape_is_one_of_its_own():
    assert numbered_places("SELECT a FROM t WHERE b = ? AND c = ?") == ("SELECT a FROM t WHERE b = $1 AND c = $2", 2)


def test_a_plan_keeps_costs_and_loses_values():
    plan = "Seq Scan on t  (cost=0.00..9.50 rows=3 width=4)\n  Filter: ((name = 'Ann'::text) AND (number > 4711))"
    told = without_values(plan)
    assert "cost=0.00..9.50 rows=3 width=4" in told
    assert "Ann" not in told
    assert "4711" not in told


def test_only_what_reads_rows_is_explained():
    assert explainable(" select 1")
    assert explainable("UPDATE t SET a = 1")
    assert not explainable("INSERT INTO t VALUES (1)")
    assert not explainable("BEGIN IMMEDIATE")


def test_of_values_only_names_and_types_are_told():
    assert kinds({"id": 5, "name": "Ann", "note": None}) == "id: int, name: str, note: NoneType"
    assert kinds((5, "Ann")) == "int, str"
    assert kinds([{"a": 1}, {"a": 2}]) == "2 × (a: int)"
    assert kinds(()) == ""
    assert kinds({f"p{number}": number for number in range(40)}).endswith(", … 40 in all")

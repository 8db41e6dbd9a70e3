from host.data.monitor.advice.catalogue import Index, Table
from host.data.monitor.advice.surplus import surplus, unused


def index(name: str, *columns: str, unique: bool = False, constraint: bool = False, **more) -> Index:
    return Index("goods", name, columns, tuple(columns), unique, constraint, **more)


def advised(*indexes: Index) -> list[tuple[str, str]]:
    table = Table("goods", 10_000, frozenset("abc"), indexes, ())
    return [(each.kind, each.index) for each in surplus(table, lambda each: f"DROP INDEX {each.name}")]


def test_of_two_equal_indexes_one_goes():
    assert advised(index("ix_a", "a"), index("ix_a_again", "a")) == [("duplicate", "ix_a_again")]


def test_the_one_that_no_constraint_needs_goes():
    key = index("key", "a", unique=True, constraint=True)
    assert advised(index("ix_a", "a"), key) == [("duplicate", "ix_a")]
    assert advised(index("ix_a", "a", unique=True), key) == [("duplicate", "ix_a")]


def test_a_prefix_of_another_index_goes_unless_it_forbids_something():
    assert advised(index("ix_a", "a"), index("ix_ab", "a", "b")) == [("redundant", "ix_a")]
    assert advised(index("ix_a", "a", unique=True), index("ix_ab", "a", "b")) == []
    assert advised(index("ix_b", "b"), index("ix_ab", "a", "b")) == []


def test_indexes_on_other_rows_or_in_another_order_are_others():
    assert advised(index("ix_a", "a"), index("ix_live", "a", where="gone IS NULL")) == []
    down = Index("goods", "ix_down", ("a",), ("a DESC",), unique=False, constraint=False)
    assert advised(index("ix_a", "a"), down) == []


def test_unused_are_large_idle_ones_that_no_rule_needs():
    def idle(**more) -> list[str]:
        given = {"scans": 0, "size_bytes": 10**6} | more
        uses = given.pop("uses", 5000)
        key = index("key", "b", unique=True, constraint=True, scans=uses)
        table = Table("goods", 10_000, frozenset("ab"), (index("ix_a", "a", **given), key), ())
        return [each.index for each in unused(table, lambda each: "", "since May")]

    assert idle() == ["ix_a"]
    assert idle(scans=3) == idle(size_bytes=100) == idle(unique=True) == idle(scans=None) == idle(uses=10) == []

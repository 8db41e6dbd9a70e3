import sys

import pytest

from host.data.monitor.shapes import CACHED, Shapes
from tests.environments import CHECKOUT

SQLITE, POSTGRESQL = Shapes("sqlite"), Shapes("postgresql")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t WHERE b = 1", "SELECT a\n  FROM t\n WHERE b = 25"),
        ("SELECT a FROM t WHERE b = 'Ann'", "select a from t where b = 'O''Neil'"),
        ("SELECT a FROM t WHERE b IN (?)", "SELECT a FROM t WHERE b IN (?, ?, ?)"),
        ("SELECT a FROM t WHERE b IN (1, 2)", "SELECT a FROM t WHERE b IN (3)"),
        ("SELECT a FROM t WHERE b = -5", "SELECT a FROM t WHERE b = 5"),
        ("INSERT INTO t (a, b) VALUES (?, ?)", "INSERT INTO t (a, b) VALUES (?, ?), (?, ?), (?, ?)"),
        ("SAVEPOINT sa_savepoint_1", "SAVEPOINT sa_savepoint_12"),
        ("PRAGMA user_version = 4", "PRAGMA user_version = 5"),
    ],
)
def test_values_lists_and_white_space_make_no_difference(one: str, other: str):
    assert SQLITE.of(one) == SQLITE.of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t WHERE b = ?", "SELECT a FROM t WHERE c = ?"),
        ("SELECT a FROM t WHERE b = ?", "SELECT a FROM t WHERE b > ?"),
        ("SELECT a FROM t", "SELECT a FROM u"),
        ("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a DESC"),
        ("DELETE FROM t WHERE a = ?", "SELECT * FROM t WHERE a = ?"),
    ],
)
def test_other_statements_have_other_shapes(one: str, other: str):
    assert SQLITE.of(one).fingerprint != SQLITE.of(other).fingerprint


def test_places_of_psycopg_and_their_types_are_folded():
    one = (
        "SELECT a FROM t WHERE b IN (%(b_1_1)s::INTEGER, %(b_1_2)s::INTEGER) AND c < %(c_1)s::TIMESTAMP WITH TIME ZONE"
    )
    other = "SELECT a FROM t WHERE b IN (%(b_1_1)s::INTEGER) AND c < %(c_1)s::TIMESTAMP WITH TIME ZONE"
    assert POSTGRESQL.of(one) == POSTGRESQL.of(other)
    assert POSTGRESQL.of(one).text == "SELECT a FROM t WHERE b IN (?) AND c < ?"


def test_batches_of_inserted_rows_are_folded_with_their_counters():
    def insert(rows: int) -> str:
        values = ", ".join(f"(%(a__{row})s, {row})" for row in range(rows))
        return f"INSERT INTO t (a) SELECT p0::VARCHAR FROM (VALUES {values}) AS s(p0, n) ORDER BY n RETURNING t.id"

    assert POSTGRESQL.of(insert(1)) == POSTGRESQL.of(insert(700))


def test_no_value_stays_in_a_shape_whatever_the_syntax():
    for statement in ("SELECT 'hunter2', 4711 FROM t", "GRANT 'hunter2' ON (4711", "EXECUTE f 'hunter2', 4711"):
        assert "hunter2" not in SQLITE.of(statement).text
        assert "4711" not in SQLITE.of(statement).text


def test_a_list_of_any_length_is_one_shape():
    many = ", ".join("?" * 30_000)
    assert SQLITE.of(f"SELECT a FROM t WHERE b IN ({many})") == SQLITE.of("SELECT a FROM t WHERE b IN (?)")


@pytest.mark.parametrize(
    ("statement", "by_value"),
    [
        ("SELECT * FROM t WHERE id = ?", True),
        ("SELECT * FROM t WHERE ? = owner_id", True),
        ("SELECT * FROM t WHERE id = ? AND deleted_at IS NULL", True),
        ("SELECT * FROM t WHERE id = ? AND day > ?", False),
        ("SELECT * FROM t WHERE id IN (?)", False),
        ("SELECT * FROM t", False),
        ("SELECT * FROM t JOIN u ON t.id = u.t_id WHERE t.id = u.id", False),
        ("UPDATE t SET a = ? WHERE id = ?", False),
    ],
)
def test_only_selects_by_values_can_be_asked_for_all_at_once(statement: str, by_value: bool):
    assert SQLITE.of(statement).by_value is by_value


def test_rows_that_are_locked_one_by_one_are_no_loop():
    assert not POSTGRESQL.of("SELECT * FROM t WHERE id = %(id)s FOR UPDATE").by_value


def test_the_memory_of_statements_is_bounded():
    shapes = Shapes("sqlite")
    for number in range(CACHED + 50):
        shapes.of(f"PRAGMA p_{'x' * (number % 40)}{number}")
    assert len(shapes._known) == CACHED


def test_the_parser_is_not_imported_before_it_is_needed(tmp_path):
    import subprocess

    code = "import sys; import host.cli.db, host.data.monitor, containers; print('sqlglot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

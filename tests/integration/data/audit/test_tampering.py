"""Whatever single record is changed, removed, inserted or moved behind the app's back is found and named."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from host.data.audit.anchor import Anchor
from host.data.audit.sealer import Sealer
from host.data.audit.verification import Verification
from host.data.audit.verify import verify
from tests.effort import effort
from tests.integration.data.audit.conftest import Audited
from tests.integration.data.audit.models import Cell

RECORDS = 8
SEALED = 6


class Chained:
    """A chain of six sealed records, anchored after four and six, and two that wait to be sealed."""

    def __init__(self, audited: Audited, folder: Path) -> None:
        self.audited = audited
        self.database = audited.database
        self.anchor = Anchor(folder / "anchor" / "audit.jsonl", audited.keyring)
        self.sealer = Sealer(self.database, audited.keyring, self.anchor)
        for count in (4, 2):
            for _ in range(count):
                self.write()
            self.sealer.seal_all()
        self.write()
        self.write()
        with self.database.single.begin() as connection:
            connection.execute(text("CREATE TABLE t_copy AS SELECT * FROM host_audit"))

    def write(self) -> None:
        """Write one more record."""
        number = len(self.audited.rows())
        with self.audited.writing() as unit:
            unit.session.add(Cell(row=number, column="x", value=number))

    def verify(self) -> Verification:
        """Check it."""
        return verify(self.database, self.audited.keyring, self.anchor)

    def tamper(self, statement: str, **values: Any) -> Verification:
        """Do something behind the app's back, check, and put everything back."""
        with self.database.single.begin() as connection:
            assert connection.execute(text(statement), values).rowcount >= 1, statement
        try:
            return self.verify()
        finally:
            with self.database.single.begin() as connection:
                connection.execute(text("DELETE FROM host_audit"))
                connection.execute(text("INSERT INTO host_audit SELECT * FROM t_copy"))


@pytest.fixture
def chained(audited: Audited, tmp_path: Path) -> Iterator[Chained]:
    chained = Chained(audited, tmp_path)
    sound = chained.verify()
    assert sound.sound, sound.faults
    assert (sound.records, sound.unsealed, sound.head, sound.anchors) == (RECORDS, 2, SEALED, 2)
    yield chained
    assert chained.verify().sound


def _changed(column: str, dialect: str) -> str:
    if column == "at":
        return "'2001-01-01 00:00:00.000000'" if dialect == "sqlite" else "at + interval '1 microsecond'"
    if column in ("id", "seq"):
        return f"{column} + 100"
    if column in ("mac", "seal"):
        return f"replace({column}, substr({column}, 1, 1), 'g')"
    return f"coalesce({column}, '') || '.'"


def test_each_column_of_each_record(chained: Chained) -> None:
    columns = [column["name"] for column in inspect(chained.database.single).get_columns("host_audit")]
    assert len(columns) == 15
    for column in columns:
        for number in range(1, RECORDS + 1):
            if number > SEALED and column in ("seq", "seal"):
                continue
            change = f"UPDATE host_audit SET {column} = {_changed(column, chained.database.dialect)} WHERE id = :id"
            found = chained.tamper(change, id=number)
            assert not found.sound, (column, number)
            hit = number + 100 if column == "id" else number
            assert any(hit in (each.id, each.seq) for each in found.faults), (column, number, found.faults)
            assert found.fault_count <= 3, (column, number, found.faults)


def test_each_removed_record(chained: Chained) -> None:
    for number in range(1, SEALED):
        found = chained.tamper("DELETE FROM host_audit WHERE id = :id", id=number)
        assert [(each.kind, each.seq) for each in found.faults] == [("missing", number)]


def test_each_cut_tail(chained: Chained) -> None:
    for number in range(1, SEALED + 1):
        found = chained.tamper("DELETE FROM host_audit WHERE seq >= :seq", seq=number)
        assert [(each.kind, each.seq) for each in found.faults] == [("cut", number)]
    emptied = chained.tamper("DELETE FROM host_audit")
    assert [each.kind for each in emptied.faults] == ["cut"]


def test_a_cut_tail_that_was_sealed_over(chained: Chained) -> None:
    with chained.database.single.begin() as connection:
        connection.execute(text("DELETE FROM host_audit WHERE seq >= 6"))
    chained.sealer.seal_all()
    found = chained.verify()
    assert [(each.kind, each.seq) for each in found.faults] == [("anchor", 6)]
    with chained.database.single.begin() as connection:
        connection.execute(text("DELETE FROM host_audit"))
        connection.execute(text("INSERT INTO host_audit SELECT * FROM t_copy"))
    chained.anchor.path.write_text("".join(chained.anchor.path.read_text().splitlines(keepends=True)[:2]))


def test_a_genuine_record_of_another_history(chained: Chained) -> None:
    """Records sealed at the same place twice, because the end was cut in between, can't be put together."""
    lines = chained.anchor.path.read_text()
    with chained.database.single.begin() as connection:
        connection.execute(text("DELETE FROM host_audit WHERE seq >= 5"))
    chained.sealer.seal_all()
    # Without the anchor only the links between records are left to tell.
    chained.anchor.path.unlink()
    with chained.database.single.begin() as connection:
        connection.execute(text("DELETE FROM host_audit WHERE seq = 5"))
        connection.execute(text("INSERT INTO host_audit SELECT * FROM t_copy WHERE seq = 5"))
    assert [(each.kind, each.seq) for each in chained.verify().faults] == [("reordered", 6)]
    with chained.database.single.begin() as connection:
        connection.execute(text("DELETE FROM host_audit"))
        connection.execute(text("INSERT INTO host_audit SELECT * FROM t_copy"))
    chained.anchor.path.write_text(lines)


def test_each_pair_of_records_changing_places(chained: Chained) -> None:
    for one in range(1, SEALED + 1):
        for other in range(one + 1, SEALED + 1):
            for columns in ("seq", "seq, seal"):
                found = chained.tamper(_exchange(chained, columns), one=one, other=other)
                assert {each.kind for each in found.faults} <= {"reordered", "anchor"}
                assert {one, other} <= {each.seq for each in found.faults}


def _exchange(chained: Chained, columns: str) -> str:
    # Uniqueness would be checked row by row, so the pair could not change places; whoever tampers drops it too.
    with chained.database.single.begin() as connection:
        connection.execute(text("DROP INDEX IF EXISTS uq_host_audit_seq"))
    sets = ", ".join(
        f"{each} = (SELECT {each} FROM t_copy WHERE id = CASE host_audit.id WHEN :one THEN :other ELSE :one END)"
        for each in columns.split(", ")
    )
    return f"UPDATE host_audit SET {sets} WHERE id IN (:one, :other)"


ALL = "at, user_id, user_name, plugin, page, correlation_id, table_name, record_key, action, changes, key_id, mac"


@pytest.mark.parametrize("place", ["NULL, NULL", "7, seal", "100, seal"])
def test_an_inserted_record(chained: Chained, place: str) -> None:
    for number in range(1, RECORDS + 1):
        copy = f"INSERT INTO host_audit (id, {ALL}, seq, seal) SELECT 99, {ALL}, {place} FROM t_copy WHERE id = :id"
        found = chained.tamper(copy, id=number)
        assert any(each.id == 99 and each.kind == "changed" for each in found.faults), found.faults


def test_unsealed_records_changed_are_found_and_a_removed_one_is_not(chained: Chained) -> None:
    found = chained.tamper("UPDATE host_audit SET changes = '{}' WHERE id = 8")
    assert [(each.kind, each.id) for each in found.faults] == [("changed", 8)]
    assert chained.tamper("DELETE FROM host_audit WHERE id = 8").sound


def test_unsealing_the_tail(chained: Chained) -> None:
    found = chained.tamper("UPDATE host_audit SET seq = NULL, seal = NULL WHERE seq >= 5")
    assert [(each.kind, each.seq) for each in found.faults] == [("cut", 5)]


def test_a_line_of_the_anchor_file(chained: Chained) -> None:
    whole = chained.anchor.path.read_text()
    first, second = whole.splitlines(keepends=True)
    for forged in (first.replace('"seq":4', '"seq":3') + second, first[:40], "nonsense\n" + second):
        chained.anchor.path.write_text(forged)
        found = chained.verify()
        assert [each.kind for each in found.faults] == ["anchor"]
    chained.anchor.path.write_text(whole)


def test_a_key_that_is_gone_is_named_and_holds_up_nobody(chained: Chained) -> None:
    with chained.database.single.begin() as connection:
        connection.execute(text("UPDATE host_audit SET key_id = 'gone' WHERE id = 7"))
    assert chained.sealer.seal_all() == 1
    found = chained.verify()
    assert [(each.kind, each.id) for each in found.faults] == [("key", 7)]
    with chained.database.single.begin() as connection:
        connection.execute(text("DELETE FROM host_audit"))
        connection.execute(text("INSERT INTO host_audit SELECT * FROM t_copy"))
    chained.anchor.path.write_text("".join(chained.anchor.path.read_text().splitlines(keepends=True)[:2]))


def test_the_key_rotates_within_the_chain(chained: Chained) -> None:
    chained.audited.keyring.change(lambda keys: keys.added("audit")[0])
    chained.write()
    chained.sealer.seal_all()
    found = chained.verify()
    assert found.sound
    assert len({row.key_id for row in chained.audited.rows()}) == 2
    with chained.database.single.begin() as connection:
        connection.execute(text("DROP TABLE t_copy"))
        connection.execute(text("CREATE TABLE t_copy AS SELECT * FROM host_audit"))


def test_many_faults_are_counted_and_the_first_are_named(audited: Audited, tmp_path: Path) -> None:
    count = effort(short=300, long=5000)
    with audited.writing() as unit:
        unit.session.add_all(Cell(row=number, column="x", value=number) for number in range(count))
    anchor = Anchor(tmp_path / "audit.jsonl", audited.keyring)
    assert Sealer(audited.database, audited.keyring, anchor).seal_all() == count
    with audited.database.single.begin() as connection:
        connection.execute(text("UPDATE host_audit SET user_id = 'nobody'"))
    found = verify(audited.database, audited.keyring, anchor)
    assert (found.fault_count, len(found.faults)) == (count, 100)

"""Keys that are loaded together, and rows that stream past."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from host.config import DatabaseConfig
from host.data import Database, DatabaseUnavailableError
from host.data.batches import BatchLoader, streaming
from tests.effort import effort

ROWS = effort(short=100_000, long=1_000_000)


def test_what_is_wanted_is_loaded_together_and_once():
    asked = []

    def load(keys):
        asked.append(list(keys))
        return {key: key * 10 for key in keys if key != 3}

    loader = BatchLoader(load)
    loader.want(1, 2)
    loader.want(3)
    assert asked == []
    assert loader.find(2) == 20
    assert (loader.find(1), loader.find(3)) == (10, None)
    loader.want(1, 3)
    assert loader.find_many([4, 3, 1]) == {4: 40, 1: 10}
    assert asked == [[1, 2, 3], [4]]


@pytest.fixture
def filled(empty_database: Database) -> Database:
    with empty_database.begin() as unit:
        unit.session.execute(text("CREATE TABLE test_row (id INTEGER, word VARCHAR(200))"))
        series = "SELECT value, value FROM generate_series(1, :n) AS s(value)"
        if empty_database.dialect == "sqlite":
            series = "WITH RECURSIVE s(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM s WHERE value < :n) "
            series += "SELECT value, value FROM s"
        unit.session.execute(text(f"INSERT INTO test_row {series}"), {"n": ROWS})
        unit.session.execute(
            text("UPDATE test_row SET word = 'a word of a hundred letters ' || id || :pad"), {"pad": "x" * 70}
        )
    return empty_database


def test_a_stream_sees_the_database_as_it_was_and_lets_others_write(filled: Database):
    query = text("SELECT id FROM test_row ORDER BY id")
    seen = 0
    with streaming(filled, query, at_once=100) as rows:
        for (number,) in rows:
            seen += 1
            if number == 50:
                with filled.begin() as unit:
                    unit.session.execute(text("DELETE FROM test_row WHERE id > 60"))
    assert seen == ROWS


_EXPORT = """
import json, re, sys
from pathlib import Path
from sqlalchemy import Integer, String, column, select, table
from host.config import DatabaseConfig
from host.data import Database, DatabaseUnavailableError
from host.data.batches import streaming
config, folder, mode = json.loads(sys.argv[1])
database = Database(DatabaseConfig(**config), Path(folder))

def peak_kib():
    # The peak of this program; getrusage would begin with that of the process that started it.
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

rows = table("test_row", column("id", Integer), column("word", String))
query = select(rows.c.id, rows.c.word)
database.check()
start = peak_kib()
count = 0
if mode == "stream":
    with streaming(database, query) as result, open("/dev/null", "w") as file:
        for row in result:
            file.write(f"{row.id};{row.word}\\n")
            count += 1
else:
    with database.begin(readonly=True) as unit:
        count = len(unit.session.execute(query).all())
print(json.dumps([count, start, peak_kib()]))
"""


def test_an_export_of_any_size_needs_little_memory(filled: Database, database_config: DatabaseConfig, tmp_path: Path):
    grown = {}
    for mode in ("stream", "all"):
        argument = json.dumps([database_config.model_dump(mode="json"), str(tmp_path), mode])
        said = subprocess.run([sys.executable, "-c", _EXPORT, argument], capture_output=True, text=True, check=True)
        count, start, peak = json.loads(said.stdout)
        assert count == ROWS
        grown[mode] = (peak - start) / 1024
    told = f"{filled.dialect}, {ROWS} rows: MiB on top of the process {grown}"
    logging.getLogger(__name__).info(told)
    assert grown["stream"] * 4 < grown["all"], told


def test_a_stream_without_a_free_connection_names_who_holds_them(database_config: DatabaseConfig, tmp_path: Path):
    config = database_config.model_copy(update={"pool_size": 1, "max_overflow": 0, "pool_timeout_s": 0.2})
    database = Database(config, tmp_path)
    with database.begin(readonly=True):
        refused = pytest.raises(DatabaseUnavailableError, match=r"held by .*test_loading\.py")
        with refused, streaming(database, text("SELECT 1")):
            pytest.fail("there was no connection to be had")
    database.dispose()

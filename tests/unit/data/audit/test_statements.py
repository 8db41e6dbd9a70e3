"""Which tables a text writes to."""

import pytest

from host.data.audit.statements import written_tables


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("SELECT * FROM a FOR UPDATE", set()),
        ("SELECT 'UPDATE a SET x'", set()),
        ("PRAGMA foreign_keys = ON", set()),
        ("INSERT INTO a VALUES (1)", {"a"}),
        ("  insert or replace into A (x) values ('DELETE FROM b')", {"a"}),
        ("REPLACE INTO a VALUES (1)", {"a"}),
        ('INSERT INTO public."Mixed Case" VALUES (1)', {"Mixed Case"}),
        ("INSERT INTO a (x) SELECT x FROM b ON CONFLICT (x) DO UPDATE SET x = 1", {"a"}),
        ("UPDATE ONLY a SET x = 1 FROM b", {"a"}),
        ("UPDATE a AS y SET x = 1", {"a"}),
        ("DELETE FROM a USING b WHERE true RETURNING x", {"a"}),
        ("MERGE INTO a USING b ON true WHEN MATCHED THEN UPDATE SET x = 1 WHEN NOT MATCHED THEN DO NOTHING", {"a"}),
        ("TRUNCATE TABLE a", {"a"}),
        ('TRUNCATE a, ONLY public."B"', {"a", "B"}),
        ("DROP TABLE a", {"a"}),
        ('drop table if exists public."A" , b cascade', {"A", "b"}),
        ("DROP SCHEMA public CASCADE", {"public"}),
        ("DROP INDEX a", set()),
        ("ALTER TABLE IF EXISTS ONLY a DROP COLUMN x", {"a"}),
        ("ALTER TABLE a RENAME TO b", {"a"}),
        ("COPY a FROM STDIN", {"a"}),
        ("COPY (SELECT 1) TO STDOUT", set()),
        ("WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone", {"a"}),
        ("WITH x AS (SELECT 1) UPDATE b SET y = 1", {"b"}),
        ("EXPLAIN ANALYZE DELETE FROM a", {"a"}),
        ("SELECT 1; DELETE FROM a", {"a"}),
        ("-- why\nDELETE FROM a", {"a"}),
        ("/* UPDATE x */ DELETE FROM a", {"a"}),
        ("DO $$ BEGIN UPDATE a SET x = 1; END $$", {"a"}),
        ("CREATE TABLE b (a integer REFERENCES a ON UPDATE CASCADE ON DELETE SET NULL)", set()),
        ("SAVEPOINT sa_savepoint_1", set()),
        ("SELECT * FROM a FOR NO KEY UPDATE SKIP LOCKED; SELECT 1", set()),
    ],
)
def test_written_tables(statement: str, tables: set[str]) -> None:
    assert written_tables(statement) == tables

"""Several processes write at once, and one is killed in the middle."""

from host.data import Database

WRITER = """
name = {name!r}
say("ready")
hear()
for number in range(40):
    def write(unit):
        unit.session.execute(text("INSERT INTO test_note (text) VALUES (:text)"), {{"text": f"{{name}}-{{number}}-a"}})
        unit.session.execute(text("INSERT INTO test_note (text) VALUES (:text)"), {{"text": f"{{name}}-{{number}}-b"}})
    database.run_tx(write)
"""

KILLED = """
with database.begin() as unit:
    unit.session.execute(text("INSERT INTO test_note (text) VALUES ('never')"))
    say("midway")
    hear()
"""


def test_nothing_is_lost_between_writers_and_nothing_half_is_left_by_a_killed_one(database: Database, notes, spawn):
    killed = spawn(KILLED)
    assert killed.line() == "midway"
    writers = [spawn(WRITER.format(name=name)) for name in ("x", "y")]
    assert [writer.line() for writer in writers] == ["ready"] * 2
    for writer in writers:
        writer.tell("go")
    killed.process.kill()
    killed.process.wait()
    for writer in writers:
        writer.finish()
    expected = {f"{name}-{number}-{part}" for name in "xy" for number in range(40) for part in "ab"}
    found = notes.texts()
    assert len(found) == len(expected)
    assert set(found) == expected


def test_without_pooling_writers_get_along_too(database: Database, notes, spawn):
    unpooled = "database = Database(DatabaseConfig(**config), Path(folder), pooling=False)\n"
    writers = [spawn(unpooled + WRITER.format(name=name)) for name in ("x", "y")]
    assert [writer.line() for writer in writers] == ["ready"] * 2
    for writer in writers:
        writer.tell("go")
    for writer in writers:
        writer.finish()
    assert len(set(notes.texts())) == 160

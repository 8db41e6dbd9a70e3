"""Every template is written, upgraded, downgraded and upgraded again, with rows in the table."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, Index, Integer, MetaData, String, Table, inspect, text

from host.data import Database, Migrator, Target, host_target
from host.data.migrate.authoring import TEMPLATES, Blanks, write_revisions
from host.data.migrate.drift import bodies, drift
from host.data.migrate.revisions import revisions_of
from host.data.migrate.safety.judge import judge
from host.data.migrate.safety.squawk import executable, squawk
from host.data.migrate.targets import script_directory
from host.errors import ValidationError

CREATE = """
op.create_table(
    "shop_a",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("n", sa.String(20), nullable=False),
    sa.Column("old", sa.String(20), nullable=True),
)
"""
BLANKS = {
    "empty": Blanks(),
    "add_column": Blanks(table="shop_a", column="m", type="sa.Integer()", default="7"),
    "add_index": Blanks(table="shop_a", column="n,id"),
    "rename_column": Blanks(table="shop_a", column="n", to="name"),
    "backfill": Blanks(table="shop_a", column="old", value="upper(n)"),
    "contract": Blanks(table="shop_a", column="old", type="sa.String(20)"),
}
ROWS = 2500

Revise = Callable[..., Target]


def models() -> MetaData:
    metadata = MetaData()
    Table("shop_a", metadata, Column("id", Integer, primary_key=True), Column("n", String(20), nullable=False))
    return metadata


@pytest.fixture
def shop(empty_database: Database, revise: Revise) -> Target:
    """A table with rows, in a database with the host's tables."""
    target = revise(1, CREATE, 'op.drop_table("shop_a")', metadata=models())
    Migrator(empty_database, [host_target(), target]).upgrade()
    with empty_database.begin() as unit:
        rows = [{"id": number, "n": f"row {number}"} for number in range(1, ROWS + 1)]
        unit.session.execute(text("INSERT INTO shop_a (id, n) VALUES (:id, :n)"), rows)
    return target


def schema(database: Database) -> dict[str, object]:
    """The columns and indexes of the table."""
    inspector = inspect(database.single)
    columns = {each["name"]: (str(each["type"]), each["nullable"]) for each in inspector.get_columns("shop_a")}
    return {"columns": columns, "indexes": sorted(str(each["name"]) for each in inspector.get_indexes("shop_a"))}


def rows(database: Database, query: str) -> list[object]:
    with database.begin(readonly=True) as unit:
        return list(unit.session.scalars(text(query)))


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_runs_up_and_down_and_up_and_is_safe(empty_database: Database, shop: Target, template: str):
    before = schema(empty_database)
    written = write_revisions(shop, template, "Change it", BLANKS[template])
    migrator = Migrator(empty_database, [shop])
    migrator.upgrade()
    after = schema(empty_database)
    migrator.rollback("shop", "0001", accept_loss=True)
    assert schema(empty_database) == before
    migrator.upgrade()
    assert schema(empty_database) == after
    assert (after == before) == (template in ("empty", "backfill"))
    assert rows(empty_database, "SELECT count(*) FROM shop_a") == [ROWS]
    revisions = revisions_of(script := script_directory(shop), shop, [path.name[:4] for path in written])
    assert script.get_current_head() == revisions[-1].id
    for dialect in ("postgresql", "sqlite"):
        assert judge("shop", revisions, dialect, together=False) == []
    program = executable()
    assert program
    assert [str(risk) for risk in squawk(shop, revisions, program=program)] == []


def test_a_renamed_column_is_in_step_whichever_version_writes(empty_database: Database, shop: Target):
    _expand, _copy, contract = write_revisions(shop, "rename_column", "Name it", BLANKS["rename_column"])
    contract.rename(contract.with_suffix(".later"))
    migrator = Migrator(empty_database, [shop])
    migrator.upgrade()
    assert rows(empty_database, "SELECT count(*) FROM shop_a WHERE name = n") == [ROWS]
    with empty_database.begin() as unit:
        for statement in (
            "INSERT INTO shop_a (id, n) VALUES (9001, 'old code')",
            "INSERT INTO shop_a (id, name) VALUES (9002, 'new code')",
            "UPDATE shop_a SET n = 'old again' WHERE id = 1",
            "UPDATE shop_a SET name = 'new again' WHERE id = 2",
        ):
            unit.session.execute(text(statement))
    told = "SELECT name || '/' || n FROM shop_a WHERE id IN (1, 2, 9001, 9002) ORDER BY id"
    assert rows(empty_database, told) == [
        "old again/old again",
        "new again/new again",
        "old code/old code",
        "new code/new code",
    ]
    contract.with_suffix(".later").rename(contract)
    migrator.upgrade()
    assert schema(empty_database)["columns"] == {
        "id": ("INTEGER", False),
        "name": ("VARCHAR(20)", False),
        "old": ("VARCHAR(20)", True),
    }
    assert migrator.rollback("shop", "0001", accept_loss=True) == ["0004", "0003", "0002"]
    assert rows(empty_database, "SELECT n FROM shop_a WHERE id IN (1, 2, 9002) ORDER BY id") == [
        "old again",
        "new again",
        "new code",
    ]


def test_a_backfill_goes_in_batches(empty_database: Database, shop: Target):
    write_revisions(shop, "backfill", "Fill it", BLANKS["backfill"])
    Migrator(empty_database, [shop]).upgrade()
    assert rows(empty_database, "SELECT count(*) FROM shop_a WHERE old = upper(n)") == [ROWS]
    with empty_database.begin(readonly=True) as unit:
        told = unit.session.execute(text("SELECT name, state, done FROM host_task")).all()
    assert told == [("shop.backfill_0002", "done", ROWS)]


def test_what_differs_becomes_a_revision_after_which_nothing_differs(empty_database: Database, shop: Target):
    assert shop.metadata is not None
    table = shop.metadata.tables["shop_a"]
    table.append_column(Column("m", Integer))
    Index("ix_shop_a_m", table.c.m)
    Table("shop_b", shop.metadata, Column("id", Integer, primary_key=True))
    with empty_database.begin(readonly=True) as unit:
        connection = unit.session.connection()
        assert sorted(drift(connection, shop)) == [
            "column shop_a.m: the models have it, the database has not",
            "column shop_a.old: only the database has it",
            "index ix_shop_a_m of shop_a: the models have it, the database has not",
            "table shop_b: the models have it, the database has not",
        ]
        told = bodies(connection, shop)
    [path] = write_revisions(shop, "empty", "What came", Blanks(), told)
    with pytest.raises(Exception, match="drop-column-early"):
        Migrator(empty_database, [shop]).upgrade()
    path.write_text(path.read_text() + '\naccepted_risks = {"drop-column-early": "nobody ever used it"}\n')
    Migrator(empty_database, [shop]).upgrade()
    with empty_database.begin(readonly=True) as unit:
        assert drift(unit.session.connection(), shop) == []
    Migrator(empty_database, [shop]).rollback("shop", accept_loss=True)
    assert "m" not in schema(empty_database)["columns"]


def test_a_target_without_models_has_no_drift(empty_database: Database, revise: Revise):
    with empty_database.begin(readonly=True) as unit:
        assert drift(unit.session.connection(), revise(1, "pass")) == []


@pytest.mark.parametrize(
    ("template", "blanks", "says"),
    [
        ("nothing", Blanks(), "no template 'nothing'"),
        ("add_column", Blanks(table="shop_a"), "needs --column"),
        ("rename_column", Blanks(table="shop_a", column="n"), "needs --to"),
        ("add_column", Blanks(table="club_a", column="n"), "not one of shop"),
        ("add_column", Blanks(table="shop_a", column="n; DROP"), "is no name"),
    ],
)
def test_what_cannot_be_written_is_refused(revise: Revise, template: str, blanks: Blanks, says: str):
    shop = revise(1, "pass")
    with pytest.raises(ValidationError, match=says) as refused:
        write_revisions(shop, template, "Change it", blanks)
    assert refused.value.remedy
    assert [path.name for path in Path(shop.folder).glob("*.py")] == ["0001_step.py"]


@pytest.mark.parametrize("message", ["half \udcff a character", "nothing \0"])
def test_a_message_that_no_file_can_hold_leaves_none(revise: Revise, message: str):
    shop = revise(1, "pass")
    with pytest.raises(ValidationError, match="no revision can be written"):
        write_revisions(shop, "empty", message, Blanks())
    assert [path.name for path in Path(shop.folder).glob("*.py")] == ["0001_step.py"]


def test_code_that_is_none_leaves_no_file(revise: Revise):
    shop = revise(1, "pass")
    with pytest.raises(ValidationError, match="no revision can be written"):
        write_revisions(shop, "add_column", "Add it", Blanks(table="shop_a", column="m", type="sa.("))
    assert [path.name for path in Path(shop.folder).glob("*.py")] == ["0001_step.py"]


@pytest.mark.parametrize("value", ["coalesce(n, 'x')", "upper(n)", "'say \"' || n", "n || '\\'"])
def test_a_value_is_written_as_it_is(revise: Revise, value: str):
    shop = revise(1, "pass")
    [path] = write_revisions(shop, "backfill", "Fill it", Blanks(table="shop_a", column="old", value=value))
    assert value in {each.value for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.Constant)}

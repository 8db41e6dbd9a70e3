"""Each safety rule fires on its plain case and is silent on the safe way; the line and the way out are told."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from host.data import Target
from host.data.migrate.revisions import Revision, revisions_of
from host.data.migrate.safety.judge import Risk, judge
from host.data.migrate.safety.rules import RULES
from host.data.migrate.safety.squawk import executable, squawk
from host.data.migrate.targets import script_directory
from host.errors import SchemaError

Write = Callable[..., tuple[Target, list[Revision]]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write one revision that finds its tables there already."""

    def revision(body: str, head: str = "") -> tuple[Target, list[Revision]]:
        text = f'"""It changes."""\n{head}\nimport sqlalchemy as sa\nfrom alembic import op\n'
        text += f'revision = "0001"\ndown_revision = None\ndef upgrade():\n{indent(dedent(body), "    ")}\n'
        (tmp_path / "0001_it.py").write_text(text)
        target = Target("shop", tmp_path, "shop_")
        return target, revisions_of(script_directory(target), target, ["0001"])

    return revision


def names(risks: list[Risk]) -> list[str]:
    return [risk.rule for risk in risks]


CONTRACT = 'phase = "contract"'
ALONE = "transactional = False"
BACKFILL = 'phase = "backfill"\ndef backfill(connection, cursor): return None'
BROKEN = {
    "index-not-concurrently": ['op.create_index("i", "shop_a", ["n"])', 'op.execute("CREATE INDEX i ON shop_a (n)")'],
    "drop-index-not-concurrently": ['op.drop_index("i", "shop_a")', 'op.execute("DROP INDEX i")'],
    "rename-column": [
        'op.alter_column("shop_a", "n", new_column_name="m")',
        'op.execute("ALTER TABLE shop_a RENAME COLUMN n TO m")',
        'with op.batch_alter_table("shop_a") as batch:\n    batch.alter_column("n", new_column_name="m")',
    ],
    "rename-table": ['op.rename_table("shop_a", "shop_b")', 'op.execute("ALTER TABLE shop_a RENAME TO shop_b")'],
    "drop-column-early": ['op.drop_column("shop_a", "n")', 'op.execute("ALTER TABLE shop_a DROP COLUMN n")'],
    "drop-table-early": ['op.drop_table("shop_a")', 'op.execute("DROP TABLE shop_a")'],
    "required-column": [
        'op.add_column("shop_a", sa.Column("m", sa.Integer, nullable=False))',
        'op.execute("ALTER TABLE shop_a ADD COLUMN m INTEGER NOT NULL")',
    ],
    "set-not-null": [
        'op.alter_column("shop_a", "n", nullable=False)',
        'op.execute("ALTER TABLE shop_a ALTER COLUMN n SET NOT NULL")',
    ],
    "type-change": [
        'op.alter_column("shop_a", "n", type_=sa.BigInteger, existing_type=sa.Integer)',
        'op.alter_column("shop_a", "n", type_=sa.String(10), existing_type=sa.String(20))',
        'op.execute("ALTER TABLE shop_a ALTER COLUMN n TYPE BIGINT")',
    ],
    "constraint-validates": [
        'op.create_check_constraint("c", "shop_a", "n > 0")',
        'op.create_unique_constraint("c", "shop_a", ["n"])',
        'op.create_foreign_key("c", "shop_a", "shop_b", ["n"], ["id"])',
        'op.execute("ALTER TABLE shop_a ADD CONSTRAINT c CHECK (n > 0)")',
    ],
    "rows-at-once": [
        'op.execute("UPDATE shop_a SET n = 1")',
        'op.execute(sa.update(sa.table("shop_a", sa.column("n"))).values(n=1))',
    ],
    "deletes-rows": [
        'op.execute("DELETE FROM shop_a")',
        'op.get_bind().execute(sa.text("DELETE FROM shop_a"))',
        'op.execute("TRUNCATE shop_a")',
    ],
    "lock-timeout-off": ['op.execute("SET LOCAL lock_timeout = 0")', "op.execute(\"SET lock_timeout TO '0'\")"],
    "concurrently-in-transaction": ['op.create_index("i", "shop_a", ["n"], postgresql_concurrently=True)'],
    "not-repeatable": [
        (ALONE, 'op.create_index("i", "shop_a", ["n"], postgresql_concurrently=True)'),
        (ALONE, 'op.execute("SELECT 1")'),
    ],
    "ends-transaction": ['op.execute("COMMIT")', 'op.execute("ROLLBACK")', 'op.get_bind().execute(sa.text("BEGIN"))'],
    "unreadable": ['op.execute("SELEKT 1 FROM")'],
    "unexamined": ['op.get_bind().execute(sa.text("SELECT 1")).all()', "raise ValueError('of mine')"],
}
SAFE = [
    ("", 'op.create_table("shop_a", sa.Column("id", sa.Integer))\nop.create_index("i", "shop_a", ["id"])'),
    ("", 'op.execute("CREATE TABLE shop_a (id int)")\nop.execute("CREATE INDEX i ON shop_a (id)")'),
    (ALONE, 'op.create_index("i", "shop_a", ["n"], postgresql_concurrently=True, if_not_exists=True)'),
    (ALONE, 'op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON shop_a (n)")'),
    (ALONE, 'op.drop_index("i", "shop_a", postgresql_concurrently=True, if_exists=True)'),
    (ALONE, 'op.execute("ALTER TABLE shop_a VALIDATE CONSTRAINT c")'),
    ("", 'op.add_column("shop_a", sa.Column("m", sa.Integer, nullable=True))'),
    ("", 'op.add_column("shop_a", sa.Column("m", sa.Integer, nullable=False, server_default="0"))'),
    ("", 'op.execute("ALTER TABLE shop_a ADD COLUMN m INTEGER NOT NULL DEFAULT 0")'),
    ("", 'op.alter_column("shop_a", "n", type_=sa.String(30), existing_type=sa.String(20))'),
    ("", 'op.alter_column("shop_a", "n", type_=sa.Text(), existing_type=sa.String(20))'),
    ("", 'op.create_check_constraint("c", "shop_a", "n > 0", postgresql_not_valid=True)'),
    ("", 'op.execute("ALTER TABLE shop_a ADD CONSTRAINT c CHECK (n > 0) NOT VALID")'),
    ("", 'op.execute("UPDATE shop_a SET n = 1 WHERE id = 4")'),
    ("", 'op.execute("INSERT INTO shop_a VALUES (1)")'),
    (BACKFILL, "pass"),
    (CONTRACT, 'op.drop_column("shop_a", "n")\nop.drop_table("shop_b")\nop.execute("DELETE FROM shop_c")'),
    (CONTRACT, 'op.alter_column("shop_a", "n", nullable=False)'),
]


def test_every_rule_has_a_case():
    assert {rule.name for rule in RULES} | {"unexamined"} == set(BROKEN)


@pytest.mark.parametrize(("rule", "case"), [(rule, case) for rule, cases in BROKEN.items() for case in cases])
def test_a_rule_names_revision_line_reason_and_way_out(write: Write, rule: str, case: str | tuple[str, str]):
    head, body = case if isinstance(case, tuple) else ("", case)
    target, revisions = write(body, head)
    found = [risk for risk in judge("shop", revisions, "postgresql", together=False) if risk.rule == rule]
    [risk] = found
    assert risk.why
    assert risk.remedy
    assert "TARGET" not in risk.remedy
    assert (risk.revision, risk.path) == ("0001", target.folder / "0001_it.py")
    if rule != "unexamined":
        assert risk.line >= 8
        assert "op." in (target.folder / "0001_it.py").read_text().splitlines()[risk.line - 1] or "batch" in body


@pytest.mark.parametrize(("head", "body"), SAFE)
def test_the_safe_way_is_not_objected_to(write: Write, head: str, body: str):
    _, revisions = write(body, head)
    assert judge("shop", revisions, "postgresql", together=False) == []


@pytest.mark.parametrize("rule", BROKEN)
def test_a_reason_in_the_file_is_believed(write: Write, rule: str):
    case = BROKEN[rule][0]
    head, body = case if isinstance(case, tuple) else ("", case)
    _, revisions = write(body, f'{head}\naccepted_risks = {{"{rule}": "nobody uses it"}}')
    assert rule not in names(judge("shop", revisions, "postgresql", together=False))


@pytest.mark.parametrize("head", ['accepted_risks = {"rename-column": ""}', 'accepted_risks = ["rename-column"]'])
def test_a_mark_without_a_reason_is_refused(write: Write, head: str):
    with pytest.raises(SchemaError, match="accepted_risks gives no reason"):
        write("pass", head)


def test_an_unknown_phase_is_refused(write: Write):
    with pytest.raises(SchemaError, match="phase is 'later'") as refused:
        write("pass", 'phase = "later"')
    assert "expand, backfill, contract" in refused.value.remedy


def test_locks_of_postgresql_do_not_matter_on_sqlite(write: Write):
    _, revisions = write('op.create_index("i", "shop_a", ["n"])\nop.drop_column("shop_a", "m")')
    assert names(judge("shop", revisions, "sqlite", together=False)) == ["drop-column-early"]


def test_a_table_copied_by_sqlite_is_looked_at_without_a_database(write: Write):
    body = 'with op.batch_alter_table("shop_a", recreate="always") as batch:\n    batch.drop_column("n")'
    _, revisions = write(body)
    assert names(judge("shop", revisions, "sqlite", together=False)) == ["drop-column-early"]


def test_no_lock_on_a_small_table_lasts(write: Write):
    _, revisions = write('op.create_index("i", "shop_a", ["n"])\nop.drop_column("shop_a", "n")')
    found = judge("shop", revisions, "postgresql", together=False, is_small=lambda table: table == "shop_a")
    assert names(found) == ["drop-column-early"]


def test_squawk_names_the_statement(write: Write):
    target, revisions = write('op.execute("ALTER TABLE shop_a ADD COLUMN m json DEFAULT random()")')
    program = executable()
    assert program, "squawk is among the packages for development"
    found = squawk(target, revisions, program=program)
    assert "adding-field-with-default" in names(found)
    assert "ALTER TABLE shop_a ADD COLUMN m" in found[0].why

"""Two columns of a table that the database keeps in step: what a rename needs while both are written."""

from collections.abc import Iterator
from typing import Final

from alembic import op

_POSTGRESQL: Final = (
    """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.{new} := COALESCE(NEW.{new}, NEW.{old});
        NEW.{old} := COALESCE(NEW.{old}, NEW.{new});
    ELSIF NEW.{new} IS DISTINCT FROM OLD.{new} THEN
        NEW.{old} := NEW.{new};
    ELSIF NEW.{old} IS DISTINCT FROM OLD.{old} THEN
        NEW.{new} := NEW.{old};
    END IF;
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()
""",
)
_SQLITE: Final = {
    "insert": """
CREATE TRIGGER {name}_insert AFTER INSERT ON {table} WHEN NEW.{new} IS NOT NEW.{old}
BEGIN
    UPDATE {table} SET {new} = COALESCE(NEW.{new}, NEW.{old}), {old} = COALESCE(NEW.{old}, NEW.{new})
    WHERE {key} = NEW.{key};
END
""",
    "new": """
CREATE TRIGGER {name}_new AFTER UPDATE OF {new} ON {table}
WHEN NEW.{new} IS NOT OLD.{new} AND NEW.{old} IS NOT NEW.{new}
BEGIN
    UPDATE {table} SET {old} = NEW.{new} WHERE {key} = NEW.{key};
END
""",
    "old": """
CREATE TRIGGER {name}_old AFTER UPDATE OF {old} ON {table}
WHEN NEW.{old} IS NOT OLD.{old} AND NEW.{new} IS NOT NEW.{old}
BEGIN
    UPDATE {table} SET {new} = NEW.{old} WHERE {key} = NEW.{key};
END
""",
}


def mirror_column(table: str, old: str, new: str, *, key: str = "id") -> None:
    """Let the database copy each written value of one column into the other, whichever version of the app writes.

    For ``upgrade()`` of a revision that adds `new`. SQLite checks NOT NULL before it can copy: make `old` nullable
    there. Rows that are there already are left to a backfill.

    Args:
        table: that has both.
        old: the column that older processes know.
        new: the column that newer ones know.
        key: the primary key.
    """
    for statement in _statements(table, old, new, key):
        op.execute(statement)


def drop_mirror(table: str, old: str, new: str) -> None:
    """Undo `mirror_column`."""
    name = _name(table, old, new)
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")
        return
    for when in _SQLITE:
        op.execute(f"DROP TRIGGER {name}_{when}")


def _statements(table: str, old: str, new: str, key: str) -> Iterator[str]:
    texts = _POSTGRESQL if op.get_context().dialect.name == "postgresql" else _SQLITE.values()
    for text in texts:
        yield text.format(name=_name(table, old, new), table=table, old=old, new=new, key=key).strip()


def _name(table: str, old: str, new: str) -> str:
    # PostgreSQL cuts names off after 63 bytes.
    return f"{table}_{old}_to_{new}"[:55]

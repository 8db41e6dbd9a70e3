"""${message}: copy the rows that were there before."""

from typing import Any

import sqlalchemy as sa
% if not nullable:
from alembic import op
% endif

revision = "${revision}"
down_revision = ${down_revision}
phase = "backfill"

BATCH = 1000
rows = sa.table("${table}", sa.column("${key}"), sa.column("${column}"), sa.column("${to}"))


def backfill(connection: sa.Connection, cursor: Any) -> tuple[Any, int] | None:
    """Copy one batch after `cursor`, ``None`` at first; return the new one and how many rows, ``None`` at the end."""
    query = sa.select(rows.c.${key}).order_by(rows.c.${key}).limit(BATCH)
    keys = connection.scalars(query if cursor is None else query.where(rows.c.${key} > cursor)).all()
    if not keys:
        return None
    empty = rows.c.${key}.between(keys[0], keys[-1]) & rows.c.${to}.is_(None)
    copied = connection.execute(sa.update(rows).where(empty).values(${to}=rows.c.${column}))
    return keys[-1], copied.rowcount


def upgrade() -> None:
% if nullable:
    """Nothing but the backfill, which runs before."""
% else:
    if op.get_context().dialect.name == "postgresql":
        # Not read through now; the contract step does, beside running writes.
        op.execute("ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${to} IS NOT NULL) NOT VALID")
% endif


def downgrade() -> None:
% if nullable:
    """What was copied may stay."""
% else:
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint("${check}", "${table}")
% endif

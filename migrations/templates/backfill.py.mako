"""${message}"""

from typing import Any

import sqlalchemy as sa

revision = "${revision}"
down_revision = ${down_revision}
phase = "backfill"

BATCH = 1000
rows = sa.table("${table}", sa.column("${key}"), sa.column("${column}"))


def backfill(connection: sa.Connection, cursor: Any) -> tuple[Any, int] | None:
    """Fill one batch after `cursor`, ``None`` at first; return the new one and how many rows, ``None`` at the end."""
    query = sa.select(rows.c.${key}).order_by(rows.c.${key}).limit(BATCH)
    keys = connection.scalars(query if cursor is None else query.where(rows.c.${key} > cursor)).all()
    if not keys:
        return None
    empty = rows.c.${key}.between(keys[0], keys[-1]) & rows.c.${column}.is_(None)
    filled = connection.execute(sa.update(rows).where(empty).values(${column}=sa.literal_column(${value})))
    return keys[-1], filled.rowcount


def upgrade() -> None:
    """Nothing but the backfill, which runs before."""


def downgrade() -> None:
    """What was filled may stay."""

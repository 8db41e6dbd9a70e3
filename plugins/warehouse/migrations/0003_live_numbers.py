"""A number is unique among what is not deleted; built beside running processes, before the old rule goes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
transactional = False

_UNIQUE = (
    ("uq_warehouse_article_number_live", "warehouse_article", ["number"]),
    ("uq_warehouse_article_number_key_live", "warehouse_article", ["number_key"]),
    ("uq_warehouse_lot_article_id_number_live", "warehouse_lot", ["article_id", "number"]),
)
_PLAIN = (
    ("ix_warehouse_article_supplier_id", "warehouse_article", ["supplier_id"]),
    ("ix_warehouse_article_delete_batch_id", "warehouse_article", ["delete_batch_id"]),
    ("ix_warehouse_lot_delete_batch_id", "warehouse_lot", ["delete_batch_id"]),
)


def upgrade() -> None:
    live = sa.text("deleted_at IS NULL")
    for name, table, columns in _UNIQUE:
        op.create_index(
            name,
            table,
            columns,
            unique=True,
            sqlite_where=live,
            postgresql_where=live,
            postgresql_concurrently=True,
            if_not_exists=True,
        )
    for name, table, columns in _PLAIN:
        op.create_index(name, table, columns, postgresql_concurrently=True, if_not_exists=True)


def downgrade() -> None:
    for name, table, _ in (*_PLAIN, *_UNIQUE):
        op.drop_index(name, table, if_exists=True)

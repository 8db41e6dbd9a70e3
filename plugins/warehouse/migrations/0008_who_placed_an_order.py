"""Orders know who placed them by id: names change, and two people may share one."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("warehouse_order", sa.Column("by_id", sa.String(100), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("warehouse_order") as table:
        table.drop_column("by_id")

"""Refused rows of a file know when they were read, so that old ones can go."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("warehouse_import_error", sa.Column("found_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("warehouse_import_error") as table:
        table.drop_column("found_at")

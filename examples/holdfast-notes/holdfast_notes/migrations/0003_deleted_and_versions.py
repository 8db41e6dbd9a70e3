"""Notes can be marked as deleted, and count their edits."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("notes_note", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("notes_note", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notes_note", sa.Column("deleted_by", sa.String(200), nullable=True))
    op.add_column("notes_note", sa.Column("delete_batch_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notes_note") as table:
        for column in ("delete_batch_id", "deleted_by", "deleted_at", "version"):
            table.drop_column(column)

"""Lines."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "frozen_line", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("text", sa.String(100), nullable=False)
    )


def downgrade():
    op.drop_table("frozen_line")

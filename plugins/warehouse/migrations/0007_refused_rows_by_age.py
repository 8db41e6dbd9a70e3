"""Old refused rows are found by their age, without reading the table."""

from alembic import op

revision = "0007"
down_revision = "0006"
transactional = False

_INDEX = "ix_warehouse_import_error_found_at"


def upgrade() -> None:
    op.create_index(_INDEX, "warehouse_import_error", ["found_at"], postgresql_concurrently=True, if_not_exists=True)


def downgrade() -> None:
    op.drop_index(_INDEX, "warehouse_import_error", if_exists=True)

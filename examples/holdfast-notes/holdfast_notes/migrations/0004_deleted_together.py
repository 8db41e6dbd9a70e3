"""What was deleted together is found without reading every note."""

from alembic import op

revision = "0004"
down_revision = "0003"
transactional = False

_INDEX = "ix_notes_note_delete_batch_id"


def upgrade() -> None:
    op.create_index(_INDEX, "notes_note", ["delete_batch_id"], postgresql_concurrently=True, if_not_exists=True)


def downgrade() -> None:
    op.drop_index(_INDEX, "notes_note", if_exists=True)

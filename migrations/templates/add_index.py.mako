"""${message}"""

from alembic import op

revision = "${revision}"
down_revision = ${down_revision}
# PostgreSQL builds it beside running writes, but in no transaction: it runs by itself, and again after a kill.
transactional = False


def upgrade() -> None:
    op.create_index(
        "${index}", "${table}", ${columns}, unique=${unique}, if_not_exists=True, postgresql_concurrently=True
    )


def downgrade() -> None:
    op.drop_index("${index}", "${table}", if_exists=True, postgresql_concurrently=True)

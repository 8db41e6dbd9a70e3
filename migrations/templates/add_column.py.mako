"""${message}"""

import sqlalchemy as sa
from alembic import op

revision = "${revision}"
down_revision = ${down_revision}


def upgrade() -> None:
    # Older processes write rows without it, so it may be empty or has a default in the database.
    op.add_column("${table}", sa.Column("${column}", ${type}, ${nullable}))


def downgrade() -> None:
    op.drop_column("${table}", "${column}")

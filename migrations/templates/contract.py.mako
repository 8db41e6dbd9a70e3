"""${message}"""

% if column:
import sqlalchemy as sa
% endif
from alembic import op

revision = "${revision}"
down_revision = ${down_revision}
# Runs when no process is alive whose code does not know this revision.
phase = "contract"


def upgrade() -> None:
% if column:
    op.drop_column("${table}", "${column}")
% else:
    op.drop_table("${table}")
% endif


def downgrade() -> None:
% if column:
    # As older processes know it, but empty.
    op.add_column("${table}", sa.Column("${column}", ${type}, nullable=True))
% else:
    raise NotImplementedError("create ${table} as it was, if rolling back shall be possible")
% endif

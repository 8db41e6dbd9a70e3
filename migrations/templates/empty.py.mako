"""${message}"""

import sqlalchemy as sa
from alembic import op

revision = "${revision}"
down_revision = ${down_revision}


def upgrade() -> None:
    ${upgrades}


def downgrade() -> None:
    ${downgrades}

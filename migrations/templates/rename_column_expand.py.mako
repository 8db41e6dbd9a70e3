"""${message}: both columns, kept in step by the database."""

import sqlalchemy as sa
from alembic import op
from host import drop_mirror, mirror_column

revision = "${revision}"
down_revision = ${down_revision}
accepted_risks = {"data-loss": "${column} holds the same values"}


def upgrade() -> None:
    op.add_column("${table}", sa.Column("${to}", ${type}, nullable=True))
% if not nullable:
    if op.get_context().dialect.name == "sqlite":
        # It checks NOT NULL before a trigger can copy, so newer processes could not leave the old column out.
        with op.batch_alter_table("${table}") as batch:
            batch.alter_column("${column}", existing_type=${type}, nullable=True)
% endif
    mirror_column("${table}", "${column}", "${to}", key="${key}")


def downgrade() -> None:
    drop_mirror("${table}", "${column}", "${to}")
    op.drop_column("${table}", "${to}")
% if not nullable:
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table("${table}") as batch:
            batch.alter_column("${column}", existing_type=${type}, nullable=False)
% endif

"""${message}: the old column goes."""

import sqlalchemy as sa
from alembic import op
from host import drop_mirror, mirror_column

revision = "${revision}"
down_revision = ${down_revision}
# Runs when no process is alive whose code does not know this revision: ship it after the code that uses ${to} alone.
phase = "contract"


def upgrade() -> None:
% if not nullable:
    if op.get_context().dialect.name == "postgresql":
        # Reads the table beside running writes; SET NOT NULL then needs no look at it.
        op.execute("ALTER TABLE ${table} VALIDATE CONSTRAINT ${check}")
        op.alter_column("${table}", "${to}", existing_type=${type}, nullable=False)
        op.drop_constraint("${check}", "${table}")
% endif
    drop_mirror("${table}", "${column}", "${to}")
    op.drop_column("${table}", "${column}")
% if not nullable:
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table("${table}") as batch:
            batch.alter_column("${to}", existing_type=${type}, nullable=False)
% endif


def downgrade() -> None:
    op.add_column("${table}", sa.Column("${column}", ${type}, nullable=True))
    op.execute("UPDATE ${table} SET ${column} = ${to}")
% if not nullable:
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("${table}", "${column}", existing_type=${type}, nullable=False)
        op.alter_column("${table}", "${to}", existing_type=${type}, nullable=True)
        op.execute("ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${to} IS NOT NULL) NOT VALID")
    else:
        with op.batch_alter_table("${table}") as batch:
            batch.alter_column("${to}", existing_type=${type}, nullable=True)
% endif
    mirror_column("${table}", "${column}", "${to}", key="${key}")

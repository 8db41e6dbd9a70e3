"""PostgreSQL looks at the suppliers of the articles that are there already, without stopping anybody."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE warehouse_article VALIDATE CONSTRAINT fk_warehouse_article_supplier_id")


def downgrade() -> None:
    """Nothing to take back: a checked constraint goes with the constraint."""

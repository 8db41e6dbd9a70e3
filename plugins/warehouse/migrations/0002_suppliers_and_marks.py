"""Suppliers; articles name theirs; articles and lots can be marked as deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MARKED = ("warehouse_article", "warehouse_lot")
_KEPT = {"ck": "%(constraint_name)s"}
_MARKS = ("deleted_at", "deleted_by", "delete_batch_id")


def upgrade() -> None:
    _suppliers()
    for table in _MARKED:
        op.add_column(table, sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("deleted_by", sa.String(200), nullable=True))
        op.add_column(table, sa.Column("delete_batch_id", sa.Uuid(), nullable=True))
    op.add_column("warehouse_article", sa.Column("supplier_id", _ID, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("warehouse_article", naming_convention=_KEPT) as table:
        table.drop_column("supplier_id")
    for name in _MARKED:
        with op.batch_alter_table(name, naming_convention=_KEPT) as table:
            for column in _MARKS:
                table.drop_column(column)
    op.drop_table("warehouse_supplier")


def _suppliers() -> None:
    op.create_table(
        "warehouse_supplier",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("city", sa.String(80), nullable=False),
        sa.Column("city_key", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_index", sa.String(64), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("iban", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.String(200), nullable=True),
        sa.Column("delete_batch_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_warehouse_supplier"),
    )
    live = sa.text("deleted_at IS NULL")
    op.create_index(
        "uq_warehouse_supplier_name_key_live",
        "warehouse_supplier",
        ["name_key"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    for column in ("email_index", "ended_on", "delete_batch_id"):
        op.create_index(f"ix_warehouse_supplier_{column}", "warehouse_supplier", [column])

"""The number of something deleted may be given again; an article's supplier must exist."""

from alembic import op

revision = "0004"
down_revision = "0003"
accepted_risks = {"ban-drop-constraint": "the indexes of 0003 keep the numbers of what is not deleted unique already"}

# SQLite copies the tables: their checks keep the names that they have.
_KEPT = {"ck": "%(constraint_name)s"}
_SUPPLIER = "fk_warehouse_article_supplier_id"


def upgrade() -> None:
    with op.batch_alter_table("warehouse_article", naming_convention=_KEPT) as table:
        table.drop_constraint("uq_warehouse_article_number", type_="unique")
        table.drop_constraint("uq_warehouse_article_number_key", type_="unique")
        table.create_foreign_key(_SUPPLIER, "warehouse_supplier", ["supplier_id"], ["id"], postgresql_not_valid=True)
    with op.batch_alter_table("warehouse_lot", naming_convention=_KEPT) as table:
        table.drop_constraint("uq_warehouse_lot_article_id_number", type_="unique")


def downgrade() -> None:
    with op.batch_alter_table("warehouse_lot", naming_convention=_KEPT) as table:
        table.create_unique_constraint("uq_warehouse_lot_article_id_number", ["article_id", "number"])
    with op.batch_alter_table("warehouse_article", naming_convention=_KEPT) as table:
        table.drop_constraint(_SUPPLIER, type_="foreignkey")
        table.create_unique_constraint("uq_warehouse_article_number", ["number"])
        table.create_unique_constraint("uq_warehouse_article_number_key", ["number_key"])

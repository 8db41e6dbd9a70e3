"""The warehouse's tables: stock, orders, imports."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = (
    "warehouse_place",
    "warehouse_article",
    "warehouse_lot",
    "warehouse_stock",
    "warehouse_movement",
    "warehouse_order",
    "warehouse_order_line",
    "warehouse_reservation",
    "warehouse_import",
    "warehouse_import_row",
    "warehouse_import_error",
)


def upgrade() -> None:
    _stock()
    _orders()
    _imports()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _stock() -> None:
    op.create_table(
        "warehouse_place",
        sa.Column("id", _ID, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_warehouse_place"),
        sa.UniqueConstraint("code", name="uq_warehouse_place_code"),
    )
    op.create_table(
        "warehouse_article",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("category", sa.String(80), nullable=False),
        sa.Column("category_key", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(10), nullable=False),
        sa.Column("barcode", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("price_cents", _ID, nullable=False),
        sa.Column("minimum_stock", sa.BigInteger(), nullable=False),
        sa.Column("stock", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_cents >= 0", name="ck_warehouse_article_price_not_negative"),
        sa.CheckConstraint("reserved >= 0 AND reserved <= stock", name="ck_warehouse_article_reserved_within_stock"),
        sa.CheckConstraint("stock >= 0", name="ck_warehouse_article_stock_not_negative"),
        sa.PrimaryKeyConstraint("id", name="pk_warehouse_article"),
        sa.UniqueConstraint("number", name="uq_warehouse_article_number"),
        sa.UniqueConstraint("number_key", name="uq_warehouse_article_number_key"),
    )
    op.create_index("ix_warehouse_article_category", "warehouse_article", ["category"])
    op.create_index("ix_warehouse_article_name_key", "warehouse_article", ["name_key", "id"])
    op.create_table(
        "warehouse_lot",
        sa.Column("id", _ID, nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("best_before", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name="ck_warehouse_lot_quantity_not_negative"),
        sa.CheckConstraint("reserved >= 0 AND reserved <= quantity", name="ck_warehouse_lot_reserved_within_quantity"),
        sa.ForeignKeyConstraint(["article_id"], ["warehouse_article.id"], name="fk_warehouse_lot_article_id"),
        sa.PrimaryKeyConstraint("id", name="pk_warehouse_lot"),
        sa.UniqueConstraint("article_id", "number", name="uq_warehouse_lot_article_id_number"),
    )
    op.create_index("ix_warehouse_lot_best_before", "warehouse_lot", ["best_before", "id"])
    op.create_table(
        "warehouse_stock",
        sa.Column("lot_id", _ID, nullable=False),
        sa.Column("place_id", _ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name="ck_warehouse_stock_quantity_not_negative"),
        sa.ForeignKeyConstraint(["lot_id"], ["warehouse_lot.id"], name="fk_warehouse_stock_lot_id"),
        sa.ForeignKeyConstraint(["place_id"], ["warehouse_place.id"], name="fk_warehouse_stock_place_id"),
        sa.PrimaryKeyConstraint("lot_id", "place_id", name="pk_warehouse_stock"),
    )
    op.create_index("ix_warehouse_stock_place_id", "warehouse_stock", ["place_id"])
    op.create_table(
        "warehouse_movement",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("lot_id", _ID, nullable=False),
        sa.Column("from_place_id", _ID, nullable=True),
        sa.Column("to_place_id", _ID, nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("value_cents", _ID, nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("order_id", _ID, nullable=True),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("request_id", sa.String(60), nullable=True),
        sa.CheckConstraint(
            "from_place_id IS NOT NULL OR to_place_id IS NOT NULL", name="ck_warehouse_movement_has_a_place"
        ),
        sa.CheckConstraint("quantity > 0", name="ck_warehouse_movement_quantity_positive"),
        sa.ForeignKeyConstraint(["article_id"], ["warehouse_article.id"], name="fk_warehouse_movement_article_id"),
        sa.ForeignKeyConstraint(["from_place_id"], ["warehouse_place.id"], name="fk_warehouse_movement_from_place_id"),
        sa.ForeignKeyConstraint(["lot_id"], ["warehouse_lot.id"], name="fk_warehouse_movement_lot_id"),
        sa.ForeignKeyConstraint(["to_place_id"], ["warehouse_place.id"], name="fk_warehouse_movement_to_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_warehouse_movement"),
        sa.UniqueConstraint("request_id", name="uq_warehouse_movement_request_id"),
    )
    op.create_index("ix_warehouse_movement_article_id", "warehouse_movement", ["article_id", "id"])
    op.create_index("ix_warehouse_movement_day", "warehouse_movement", ["day"])
    op.create_index("ix_warehouse_movement_lot_id", "warehouse_movement", ["lot_id"])
    op.create_index("ix_warehouse_movement_order_id", "warehouse_movement", ["order_id"])


def _orders() -> None:
    op.create_table(
        "warehouse_order",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("customer", sa.String(200), nullable=False),
        sa.Column("customer_key", sa.Text(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_warehouse_order"),
        sa.UniqueConstraint("number", name="uq_warehouse_order_number"),
        sa.UniqueConstraint("number_key", name="uq_warehouse_order_number_key"),
    )
    op.create_index("ix_warehouse_order_state", "warehouse_order", ["state", "id"])
    op.create_table(
        "warehouse_order_line",
        sa.Column("id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("shipped", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_warehouse_order_line_quantity_positive"),
        sa.CheckConstraint(
            "shipped >= 0 AND shipped <= quantity", name="ck_warehouse_order_line_shipped_within_quantity"
        ),
        sa.ForeignKeyConstraint(["article_id"], ["warehouse_article.id"], name="fk_warehouse_order_line_article_id"),
        sa.ForeignKeyConstraint(["order_id"], ["warehouse_order.id"], name="fk_warehouse_order_line_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_warehouse_order_line"),
        sa.UniqueConstraint("order_id", "position", name="uq_warehouse_order_line_order_id_position"),
    )
    op.create_index("ix_warehouse_order_line_article_id", "warehouse_order_line", ["article_id"])
    op.create_table(
        "warehouse_reservation",
        sa.Column("line_id", _ID, nullable=False),
        sa.Column("lot_id", _ID, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_warehouse_reservation_quantity_positive"),
        sa.ForeignKeyConstraint(["line_id"], ["warehouse_order_line.id"], name="fk_warehouse_reservation_line_id"),
        sa.ForeignKeyConstraint(["lot_id"], ["warehouse_lot.id"], name="fk_warehouse_reservation_lot_id"),
        sa.PrimaryKeyConstraint("line_id", "lot_id", name="pk_warehouse_reservation"),
    )
    op.create_index("ix_warehouse_reservation_lot_id", "warehouse_reservation", ["lot_id"])


def _imports() -> None:
    op.create_table(
        "warehouse_import",
        sa.Column("id", _ID, nullable=False),
        sa.Column("blob_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("size", _ID, nullable=False),
        sa.Column("cursor", _ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("encoding", sa.String(12), nullable=False),
        sa.Column("delimiter", sa.String(1), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("rows_good", sa.Integer(), nullable=False),
        sa.Column("rows_bad", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("keep_good", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_warehouse_import"),
    )
    op.create_index("ix_warehouse_import_blob_id", "warehouse_import", ["blob_id"])
    op.create_index("ix_warehouse_import_state", "warehouse_import", ["state"])
    op.create_table(
        "warehouse_import_row",
        sa.Column("import_id", _ID, nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("category", sa.String(80), nullable=True),
        sa.Column("category_key", sa.Text(), nullable=True),
        sa.Column("unit", sa.String(10), nullable=True),
        sa.Column("barcode", sa.String(40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("price_cents", _ID, nullable=True),
        sa.Column("minimum_stock", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["warehouse_import.id"], name="fk_warehouse_import_row_import_id"),
        sa.PrimaryKeyConstraint("import_id", "number_key", name="pk_warehouse_import_row"),
    )
    op.create_table(
        "warehouse_import_error",
        sa.Column("id", _ID, nullable=False),
        sa.Column("import_id", _ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(80), nullable=False),
        sa.Column("value", sa.String(80), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["warehouse_import.id"], name="fk_warehouse_import_error_import_id"),
        sa.PrimaryKeyConstraint("id", name="pk_warehouse_import_error"),
    )
    op.create_index("ix_warehouse_import_error_import_id", "warehouse_import_error", ["import_id"])

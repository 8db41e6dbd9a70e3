"""Movements as a table."""

from collections.abc import Sequence

from host import text
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.pages.parts import hint, moment, quantity
from plugins.warehouse.pages.tables import table

_SIGNS = {"in": "+", "out": "−", "shipped": "−", "transfer": ""}


def movement_table(rows: Sequence[AnyRow], *, key: str, of_one_article: bool = False) -> None:
    """Draw movements, or say that there are none; the article isn't repeated where all are of one."""
    if not rows:
        hint(text("warehouse.movements.none"))
        return
    columns = {
        "at": [moment(row.at) for row in rows],
        "kind": [text(f"warehouse.kind.{row.kind}") for row in rows],
        "article": [f"{row.number} {row.name}" for row in rows],
        "quantity": [_sign(row) + quantity(row.quantity, row.unit) for row in rows],
        "lot": [row.lot or "–" for row in rows],
        "place": [" → ".join(filter(None, (row.source, row.target))) for row in rows],
        "note": [row.note for row in rows],
        "by": [row.by for row in rows],
    }
    if of_one_article:
        del columns["article"]
    table(columns, key=key, alt=text("warehouse.movements.title"))


def _sign(row: AnyRow) -> str:
    if row.kind == "correction":
        return "+" if row.target else "−"
    return _SIGNS[row.kind]

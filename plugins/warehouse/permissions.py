"""What may be granted in the warehouse, who holds it unless an operator decides otherwise, and what narrows it."""

from collections.abc import Mapping
from typing import Final

from host import Permission, Principal, ResourceRule
from plugins.warehouse.order_models import Order
from plugins.warehouse.services.order_lookup import OrderLookup

CANCEL: Final = "warehouse.cancel"
CANCEL_ANY: Final = "warehouse.cancel_any"
_HOLDERS: Final[Mapping[str, frozenset[str]]] = {
    "warehouse.read": frozenset({"viewer"}),
    "warehouse.edit": frozenset({"editor"}),
    "warehouse.import": frozenset({"editor"}),
    "warehouse.export": frozenset({"editor", "operator"}),
    CANCEL: frozenset({"editor", "operator"}),
    CANCEL_ANY: frozenset({"operator"}),
}


def declared() -> list[Permission]:
    """Return every permission of the plugin."""
    return [
        Permission(name=name, title=f"warehouse.permission.{name.partition('.')[2]}", roles=roles)
        for name, roles in _HOLDERS.items()
    ]


def rules(orders: OrderLookup) -> list[ResourceRule]:
    """Return what narrows them: an order is cancelled by who placed it, since that can't be undone."""
    return [ResourceRule(permission=CANCEL, judge=may_cancel, title="warehouse.rule.cancel", find=orders.numbered)]


def may_cancel(principal: Principal, order: Order) -> bool:
    """Tell whether `principal` placed the order, or may cancel others' orders too."""
    return principal.may(CANCEL_ANY) or (order.by_id is not None and order.by_id == principal.user_id)

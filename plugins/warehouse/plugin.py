"""The warehouse's entry point: what it adds to the app."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from host import (
    Catalogue,
    Command,
    Flag,
    Health,
    HealthCheck,
    Migrations,
    Page,
    Permission,
    Plugin,
    ResourceRule,
    RetentionPolicy,
    Route,
    Seed,
    hookimpl,
    load_catalogues,
)
from plugins.warehouse import permissions
from plugins.warehouse.base import Base
from plugins.warehouse.commands import import_command
from plugins.warehouse.container import WarehouseServices
from plugins.warehouse.exporting.routes import export_routes, supplier_route
from plugins.warehouse.flags import FLAGS
from plugins.warehouse.menu import PAGES
from plugins.warehouse.retention import policies
from plugins.warehouse.seeding.seed import ExampleData
from plugins.warehouse.services.agreement import StockAgreement
from plugins.warehouse.settings import WarehouseSettings
from plugins.warehouse.wording import FOLDER


class WarehouseHooks:
    """What the plugin contributes."""

    @hookimpl
    def permissions(self) -> Sequence[Permission]:
        """Declare what may be granted."""
        return permissions.declared()

    @hookimpl
    def flags(self) -> Sequence[Flag]:
        """Declare what operators switch at run time."""
        return FLAGS

    @hookimpl
    def migrations(self) -> Migrations:
        """Name the revisions and the models."""
        return Migrations(folder=Path(__file__).parent / "migrations", metadata=Base.metadata)

    @hookimpl
    def retention(self, settings: WarehouseSettings) -> Sequence[RetentionPolicy]:
        """Say how long refused rows and former suppliers' contacts are kept."""
        return policies(settings)

    @hookimpl
    def pages(self) -> Sequence[Page]:
        """Add the pages."""
        return PAGES

    @hookimpl
    def translations(self) -> Sequence[Catalogue]:
        """Add texts in English and German."""
        return load_catalogues(FOLDER)

    @hookimpl
    def commands(self) -> Sequence[Command]:
        """Add ``app warehouse import``."""
        return [Command(group="warehouse", name="import", run=import_command, permission="warehouse.import")]

    @hookimpl
    def routes(self, services: Any) -> Sequence[Route]:
        """Add the exports."""
        suppliers = supplier_route(services.supplier_exports, services.export_notes)
        return [*export_routes(services.exports, services.export_notes), suppliers]

    @hookimpl
    def resource_rules(self, services: Any) -> Sequence[ResourceRule]:
        """Narrow the cancelling of orders to one's own."""
        return permissions.rules(services.order_lookup)

    @hookimpl
    def health_checks(self, services: Any) -> Sequence[HealthCheck]:
        """Check that sums agree with movements."""
        agreement: StockAgreement = services.agreement
        return [HealthCheck(name="stock", check=lambda: stock_health(agreement), depends_on=("database",))]

    @hookimpl
    def seeds(self, services: Any) -> Sequence[Seed]:
        """Offer an example company."""
        example = ExampleData(services.database, services.articles, services.orders, services.suppliers)
        title = "A delicatessen dealer: articles, movements, orders, suppliers"
        return [Seed(name="example", title=title, run=example.run, sized=True)]


def stock_health(agreement: StockAgreement) -> Health:
    """Compare the sums of the articles that moved last with their movements."""
    wrong = agreement.sample()
    return Health("failed", "; ".join(wrong[:3])) if wrong else Health("ok")


plugin = Plugin(settings=WarehouseSettings, services=WarehouseServices, hooks=WarehouseHooks())

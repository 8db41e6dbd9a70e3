"""The warehouse's services on a real database, used by whom the test says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from host import AuditTrail, Database, Event, EventBus, Principal, Revealer, RunContext, authorize
from host.data import FolderBlobs, Target, host_target
from host.data.audit import AuditRecorder, WriteGuard
from host.data.protection.extension import FieldProtection
from host.kernel.acting import acting as kernel_acting
from host.kernel.application import Application
from host.kernel.context import entered
from host.kernel.denials import Denials
from host.kernel.registry import Owned
from host.security import Keyring
from host.security.events import SecurityEvents
from plugins.warehouse import permissions
from plugins.warehouse.api import ArticleImported, StockChanged
from plugins.warehouse.exporting.suppliers import SupplierExports
from plugins.warehouse.import_models import Import
from plugins.warehouse.importing.imports import RUNNING, Imports
from plugins.warehouse.models import Article
from plugins.warehouse.services.agreement import StockAgreement
from plugins.warehouse.services.article_input import ArticleInput
from plugins.warehouse.services.articles import Articles
from plugins.warehouse.services.deletion import Deletion
from plugins.warehouse.services.history import History
from plugins.warehouse.services.lots import Lots
from plugins.warehouse.services.movements import Booking, Movements
from plugins.warehouse.services.order_input import LineInput, OrderInput
from plugins.warehouse.services.order_lookup import OrderLookup
from plugins.warehouse.services.orders import Orders
from plugins.warehouse.services.overview import Overview
from plugins.warehouse.services.places import Places
from plugins.warehouse.services.suppliers import Suppliers
from plugins.warehouse.settings import WarehouseSettings
from tests.schema import migrated

MIGRATIONS = Path(__file__).parents[4] / "plugins/warehouse/migrations"
TARGET = Target("warehouse", MIGRATIONS, "warehouse_")


def principal(*held: str, user_id: str = "u1") -> Principal:
    """Somebody who holds these permissions; without any, everything."""
    return Principal(user_id, "Anna Lager", permissions=frozenset(held or {"*"}))


@contextmanager
def acting(who: Principal) -> Iterator[None]:
    """Let `who` act for the block."""
    rules = [Owned("warehouse", "0", rule) for rule in permissions.rules(OrderLookup(cast("Database", None)))]
    host = SimpleNamespace(denials=lambda: Denials(SecurityEvents()))
    application = cast("Application", SimpleNamespace(host=host, resource_rules=rules))
    with entered(RunContext(application=application, principal=who, correlation_id="test")):
        yield


@dataclass
class House:
    """Every service, and what the event bus delivered."""

    database: Database
    folder: Path
    settings: WarehouseSettings = field(default_factory=WarehouseSettings)
    heard: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        keyring = Keyring(self.folder / "keys.json", make=True)
        for extension in (AuditRecorder(keyring, kernel_acting), WriteGuard(), FieldProtection(keyring)):
            extension.attach(self.database)
        migrated(self.database, host_target(), TARGET)
        self.events = EventBus(self.database)
        for kind in (StockChanged, ArticleImported):
            self.events.subscribe("test", kind, self.heard.append)
        self.blobs = FolderBlobs(self.folder / "blobs")
        self.articles = Articles(self.database)
        self.deletion = Deletion(self.database)
        self.revealer = Revealer(self.database, kernel_acting, authorize)
        self.suppliers = Suppliers(self.database, self.revealer)
        self.supplier_exports = SupplierExports(self.database, self.revealer)
        self.history = History(self.database, AuditTrail(self.database, keyring, self.folder))
        self.places = Places(self.database)
        self.lots = Lots(self.database, self.settings)
        self.movements = Movements(self.database, self.events)
        self.orders = Orders(self.database, self.events)
        self.lookup = OrderLookup(self.database)
        self.overview = Overview(self.database, self.settings)
        self.agreement = StockAgreement(self.database)
        self.imports = Imports(self.database, self.blobs, self.events, self.settings)

    def article(self, number: str = "A-1", name: str = "Grüner Tee", **values: object) -> Article:
        """Create an article."""
        return self.articles.create(ArticleInput(number=number, name=name, **values))  # type: ignore[arg-type]

    def booking(self, article: Article, quantity: object, lot: str = "L1", place: str = "HL-01") -> Booking:
        """Something to book."""
        return Booking(article_id=article.id, quantity=Decimal(str(quantity)), place=place, lot=lot)

    def order(self, *lines: tuple[Article, int], customer: str = "Müller GmbH") -> int:
        """Create an order and return its id."""
        made = [LineInput(article.id, Decimal(quantity)) for article, quantity in lines]
        return self.orders.create(OrderInput(customer, made)).id

    def begin(self, content: str | bytes, *, keep_good: bool = False) -> Import:
        """Begin an import of a file."""
        data = content.encode() if isinstance(content, str) else content
        return self.imports.begin("articles.csv", [data], keep_good=keep_good)

    def run(self, import_: Import) -> Import:
        """Take an import as far as it goes without a decision."""
        while import_.state in RUNNING:
            import_ = self.imports.step(import_.id)
        return import_

    def load(self, content: str | bytes, *, keep_good: bool = False) -> Import:
        """Import a file as far as it goes without a decision."""
        return self.run(self.begin(content, keep_good=keep_good))

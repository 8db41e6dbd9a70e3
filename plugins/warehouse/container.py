"""The warehouse's services, each after what it needs."""

from dependency_injector import containers, providers

from host import AuditTrail, BlobStore, Compute, Database, EventBus, FileStore, Revealer, SecurityEvents
from plugins.warehouse.api import StockApi
from plugins.warehouse.exporting.listing import Exports
from plugins.warehouse.exporting.prepared import PreparedExports
from plugins.warehouse.exporting.suppliers import SupplierExports
from plugins.warehouse.exporting.told import ExportNotes
from plugins.warehouse.importing.imports import Imports
from plugins.warehouse.services.agreement import StockAgreement
from plugins.warehouse.services.articles import Articles
from plugins.warehouse.services.deletion import Deletion
from plugins.warehouse.services.history import History
from plugins.warehouse.services.lots import Lots
from plugins.warehouse.services.movements import Movements
from plugins.warehouse.services.order_lookup import OrderLookup
from plugins.warehouse.services.orders import Orders
from plugins.warehouse.services.overview import Overview
from plugins.warehouse.services.places import Places
from plugins.warehouse.services.reach import Reach
from plugins.warehouse.services.suppliers import Suppliers
from plugins.warehouse.settings import WarehouseSettings


class WarehouseServices(containers.DeclarativeContainer):
    """What pages, commands and routes ask for by name."""

    settings = providers.Dependency(instance_of=WarehouseSettings)
    database = providers.Dependency(instance_of=Database)
    events = providers.Dependency(instance_of=EventBus)
    audit_trail = providers.Dependency(instance_of=AuditTrail)
    revealer = providers.Dependency(instance_of=Revealer)
    compute: providers.Dependency[Compute] = providers.Dependency()
    files = providers.Dependency(instance_of=FileStore)
    security_events = providers.Dependency(instance_of=SecurityEvents)
    blobs: providers.Dependency[BlobStore] = providers.Dependency()

    articles = providers.ThreadSafeSingleton(Articles, database)
    deletion = providers.ThreadSafeSingleton(Deletion, database)
    suppliers = providers.ThreadSafeSingleton(Suppliers, database, revealer)
    history = providers.ThreadSafeSingleton(History, database, audit_trail)
    places = providers.ThreadSafeSingleton(Places, database)
    lots = providers.ThreadSafeSingleton(Lots, database, settings)
    movements = providers.ThreadSafeSingleton(Movements, database, events)
    orders = providers.ThreadSafeSingleton(Orders, database, events)
    order_lookup = providers.ThreadSafeSingleton(OrderLookup, database)
    overview = providers.ThreadSafeSingleton(Overview, database, settings)
    reach = providers.ThreadSafeSingleton(Reach, database, compute)
    imports = providers.ThreadSafeSingleton(Imports, database, blobs, events, settings)
    exports = providers.ThreadSafeSingleton(Exports, database)
    export_notes = providers.ThreadSafeSingleton(ExportNotes, security_events)
    prepared_exports = providers.ThreadSafeSingleton(PreparedExports, exports, files)
    supplier_exports = providers.ThreadSafeSingleton(SupplierExports, database, revealer)
    agreement = providers.ThreadSafeSingleton(StockAgreement, database)
    api = providers.ThreadSafeSingleton(StockApi, database)

"""What the warehouse forgets: refused rows of old imports, and the people at suppliers gone for years."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from host.data.retention.cleaner import Cleaner
from host.data.retention.policies import in_order
from host.data.tables import HostBase
from host.data.tasks import TaskRunner
from plugins.warehouse.base import Base
from plugins.warehouse.import_models import ImportFault
from plugins.warehouse.retention import policies
from plugins.warehouse.services.supplier_input import SupplierInput
from plugins.warehouse.settings import WarehouseSettings
from tests.integration.plugins.warehouse.house import House

CONTACT = {"contact": "Jörg", "email": "j@tee.example", "phone": "+49 1 23456", "iban": "DE02120300000000202051"}


def cleaner(house: House) -> Cleaner:
    known = [HostBase.metadata, Base.metadata]
    declared = [("warehouse", policy) for policy in policies(WarehouseSettings())]
    return Cleaner(house.database, in_order(declared, known), known)


def counted(house: House, at: datetime) -> dict[str, int]:
    return {each.policy.name: each.due for each in cleaner(house).due(at)[1]}


def test_a_dry_run_counts_what_a_run_will_do(house: House) -> None:
    house.load("Nr;Name\nA;Gut\n;schlecht\nB;\n")
    gone = house.suppliers.create(SupplierInput("Früher", ended_on=date(2020, 1, 1), **CONTACT))
    lately = house.suppliers.create(SupplierInput("Neulich", ended_on=datetime.now(UTC).date(), **CONTACT))
    here = house.suppliers.create(SupplierInput("Immer", **CONTACT))
    now = datetime.now(UTC)
    assert counted(house, now) == {"warehouse.import_errors": 0, "warehouse.former_suppliers": 1}
    later = now + timedelta(days=91)
    assert counted(house, later) == {"warehouse.import_errors": 2, "warehouse.former_suppliers": 1}
    TaskRunner(house.database).run(cleaner(house).task(later), again=True)
    assert counted(house, later) == {"warehouse.import_errors": 0, "warehouse.former_suppliers": 0}
    assert not any(house.suppliers.get(gone.id).contact.values())
    assert all(house.suppliers.get(lately.id).contact.values())
    assert all(house.suppliers.get(here.id).contact.values())
    assert house.suppliers.get(gone.id).seen.email_index is None
    with house.database.begin(readonly=True) as unit:
        assert unit.session.scalars(select(ImportFault)).all() == []
    assert house.history.of_supplier(gone.id)[0].changes

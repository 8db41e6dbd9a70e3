"""How long the warehouse keeps what nobody needs for ever; ``app clean`` does it, legal holds stop it."""

from collections.abc import Sequence
from datetime import timedelta

from host import RetentionPolicy
from plugins.warehouse.import_models import ImportFault
from plugins.warehouse.settings import WarehouseSettings
from plugins.warehouse.supplier_models import Supplier

YEAR_DAYS = 365


def policies(settings: WarehouseSettings) -> Sequence[RetentionPolicy]:
    """Return the policies: bad rows of old imports go, people at former suppliers become nobody."""
    return [
        RetentionPolicy(
            name="import_errors",
            table=ImportFault,
            age="found_at",
            keep=timedelta(days=settings.keep_import_errors_days),
        ),
        RetentionPolicy(
            name="former_suppliers",
            table=Supplier,
            age="ended_on",
            keep=timedelta(days=YEAR_DAYS * settings.keep_contacts_years),
            action="anonymise",
            values=dict.fromkeys(("contact", "email", "phone", "iban")),
        ),
    ]

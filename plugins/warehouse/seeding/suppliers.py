"""The example company's suppliers, each of one product group; their people and accounts are made up."""

from typing import Final

from sqlalchemy import select

from host import Database, UnitOfWork
from plugins.warehouse.folding import fold
from plugins.warehouse.models import Article
from plugins.warehouse.seeding.assortment import GROUPS
from plugins.warehouse.services.supplier_input import SupplierInput
from plugins.warehouse.services.suppliers import Suppliers
from plugins.warehouse.supplier_models import Supplier

# Account numbers are the sample numbers of the IBAN registry.
SUPPLIERS: Final = (
    SupplierInput(
        "Teekontor Hansen",
        "Emden",
        "",
        "Frauke Hansen",
        "f.hansen@example.com",
        "+49 4921 555 010",
        "DE89370400440532013000",
    ),
    SupplierInput(
        "Rösterei Leitner",
        "Wien",
        "",
        "Johann Leitner",
        "leitner@example.com",
        "+43 1 555 0120",
        "AT611904300234573201",
    ),
    SupplierInput(
        "Oleificio Ferrante",
        "Lucca",
        "",
        "Giulia Ferrante",
        "giulia@example.com",
        "+39 0583 555 014",
        "IT60X0542811101000000123456",
    ),
    SupplierInput(
        "Épices du Midi",
        "Avignon",
        "",
        "Luc Moreau",
        "l.moreau@example.com",
        "+33 4 55 50 16 00",
        "FR1420041010050500013M02606",
    ),
    SupplierInput(
        "Van Dijk Import",
        "Rotterdam",
        "",
        "Sanne van Dijk",
        "sanne@example.com",
        "+31 10 555 0180",
        "NL91ABNA0417164300",
    ),
)


def add_suppliers(database: Database, suppliers: Suppliers) -> int:
    """Add the suppliers that are missing, let them supply their groups' articles, and return how many were added."""

    def work(unit: UnitOfWork) -> int:
        there = set(unit.session.scalars(select(Supplier.name_key)))
        missing = [entered for entered in SUPPLIERS if fold(entered.name) not in there]
        for entered in missing:
            added = suppliers.create(entered)
            groups = [group.name for group in GROUPS[SUPPLIERS.index(entered) :: len(SUPPLIERS)]]
            query = select(Article).where(Article.category.in_(groups), Article.supplier_id.is_(None))
            for article in unit.session.scalars(query):
                article.supplier_id = added.id
        return len(missing)

    return database.run_tx(work)

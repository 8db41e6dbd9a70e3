"""Every write of the warehouse leaves a record: who, what it was, what it is; also those of a whole file."""

import json
from typing import Any

from sqlalchemy import select

from host import AuditTrail
from host.data.audit.tables import AuditRow
from host.security import Keyring
from plugins.warehouse.services.article_input import ArticleInput
from tests.integration.plugins.warehouse.house import House


def records(house: House, table: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return action, who and the changes of every record of a table, in order."""
    query = select(AuditRow).where(AuditRow.table_name == table).order_by(AuditRow.id)
    with house.database.begin(readonly=True) as unit:
        return [(row.action, row.user_name, json.loads(row.changes)) for row in unit.session.scalars(query)]


def test_a_booking_records_every_sum_that_it_moves(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 5))
    assert {table: [action for action, _, _ in records(house, f"warehouse_{table}")] for table in TABLES} == {
        "article": ["insert", "update"],
        "lot": ["insert", "update"],
        "stock": ["insert", "update"],
        "movement": ["insert"],
        "place": ["insert"],
    }
    assert {who for table in TABLES for _, who, _ in records(house, f"warehouse_{table}")} == {"Anna Lager"}


TABLES = ("article", "lot", "stock", "movement", "place")


def test_deletion_and_restore_are_recorded_as_such(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 5))
    house.movements.issue(house.booking(article, 5))
    house.deletion.delete(article.id)
    house.deletion.restore(article.id)
    for table in ("article", "lot"):
        assert [action for action, _, _ in records(house, f"warehouse_{table}")][-2:] == ["soft_delete", "restore"]


def test_restoring_an_earlier_record_moves_no_stock(house: House) -> None:
    article = house.article()
    house.movements.receive(house.booking(article, 5))
    house.articles.change(house.articles.get(article.id), ArticleInput("A-1", "Weißer Tee"))
    trail = AuditTrail(house.database, Keyring(house.folder / "keys.json", make=False), house.folder)
    for table in ("article", "lot"):
        key = str(article.id if table == "article" else house.lots.shelves(article.id)[0].id)
        *_, made = trail.history(f"warehouse_{table}", key).records
        trail.restore(f"warehouse_{table}", key, made.id)
    back = house.articles.get(article.id)
    assert (back.name, int(back.stock)) == (article.name, 5)
    assert [(row[4], row[5]) for row in house.lots.shelves(article.id)] == [(5, 5)]


def test_an_import_records_what_each_article_was_and_is(house: House) -> None:
    house.article("A-1", "Alt", price_cents=700, category="Tee")
    house.article("A-2", "Gleich", category="Tee")
    done = house.load("Nr;Name;Preis\nA-1;Neu;7,00\nA-2;Gleich;\nB-1;Ganz neu;3,50\n")
    assert (done.state, done.created, done.updated, done.rows_good) == ("applied", 1, 1, 3)
    (_, _, _), (_, _, _), *imported = records(house, "warehouse_article")
    assert [(action, who) for action, who, _ in imported] == [("update", "Anna Lager"), ("insert", "Anna Lager")]
    changed, added = imported[0][2], imported[1][2]
    assert (changed["old"]["name"], changed["new"]["name"]) == ("Alt", "Neu")
    assert "price_cents" not in changed["new"]
    assert (added.get("old"), added["new"]["name"], added["new"]["price_cents"]) == (None, "Ganz neu", 350)
    assert records(house, "warehouse_import_row") == []


def test_an_article_that_the_file_repeats_is_not_touched(house: House) -> None:
    article = house.article("A-1", "Gleich")
    house.load("Nr;Name\nA-1;Gleich\n")
    assert (house.articles.get(article.id).version, len(records(house, "warehouse_article"))) == (1, 1)

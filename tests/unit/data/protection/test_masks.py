"""What is left of a value when it is masked."""

import pytest
from sqlalchemy import Column, MetaData, String, Table

from host.data.protection.encrypted import Encrypted
from host.data.protection.masks import masked, masked_row, pii_of


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("ann.smith@example.com", "email", "a…@example.com"),
        ("not an address", "email", "…"),
        ("@example.com", "email", "…"),
        ("+49 30 123456", "phone", "+49…56"),
        ("030 123456", "phone", "…56"),
        ("110", "phone", "…"),
        ("Ann Mary Smith", "name", "A… M… S…"),
        ("DE89 3704 0044 0532 0130 00", "iban", "DE…3000"),
        ("DE89", "iban", "…"),
        ("4111 1111 1111 1111", "card", "…1111"),
        ("Main Street 1", "address", "…"),
        (None, "email", ""),
        ("", "name", ""),
        (1990, "birth", "…"),
    ],
)
def test_enough_to_recognise_and_too_little_to_use(value: object, kind: str, shown: str) -> None:
    assert masked(value, kind) == shown


def test_declared_columns_are_masked_and_others_are_not() -> None:
    table = Table(
        "t",
        MetaData(),
        Column("id", String),
        Column("name", String, info={"pii": "name"}),
        Column("email", Encrypted(String, pii="email")),
    )
    assert pii_of(table) == {"name": "name", "email": "email"}
    row = {"id": 7, "name": "Ann", "email": "ann@example.com", "other": "x"}
    assert masked_row(table, row) == {"id": 7, "name": "A…", "email": "a…@example.com", "other": "x"}

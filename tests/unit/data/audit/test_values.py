"""Values read back as they were written."""

import hashlib
import hmac
import json
import math
from datetime import UTC, date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, Column, Float, Integer, MetaData, String, Table
from sqlalchemy.dialects import sqlite

from host.data.audit.record_key import key_text, key_values
from host.data.audit.values import RowCodec, UnreadableValueError, decode, for_column
from host.errors import ValidationError
from host.security.chain import Chain

TABLE = Table("t", MetaData(), Column("id", Integer), Column("v", String), Column("j", JSON), Column("f", Float))
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(st.characters(exclude_categories=["Cs"])),
    st.decimals(allow_nan=False), st.datetimes(timezones=st.just(UTC)), st.datetimes(), st.dates(), st.times(),
    st.timedeltas(), st.binary(), st.uuids(),
)  # fmt: skip
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("$a\0", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["$json", "$decimal", "a"]), inner),
)


@given(value=PLAIN, tree=TREES, ratio=st.floats(allow_nan=False))
def test_values_read_back(value: Any, tree: Any, ratio: float) -> None:
    stored = RowCodec(TABLE, sqlite.dialect()).text({"v": value}, {"v": value, "j": tree, "f": ratio})
    assert "\x1e" not in stored
    assert "\0" not in stored
    read = json.loads(stored)
    assert decode(read["old"]["v"]) == value
    assert type(decode(read["old"]["v"])) is type(value)
    assert decode(read["new"]["j"]) == tree
    assert decode(read["new"]["f"]) == ratio


def test_not_a_number() -> None:
    stored = json.loads(RowCodec(TABLE, sqlite.dialect()).text(None, {"f": math.nan}))
    assert math.isnan(decode(stored["new"]["f"]))


def test_not_a_number_in_json_reads_back_as_the_column_holds_it() -> None:
    dialect = sqlite.dialect()
    stored = json.loads(RowCodec(TABLE, dialect).text(None, {"j": {"a": math.nan}}))
    read = for_column(TABLE.c.j, decode(stored["new"]["j"]), dialect)
    assert list(read) == ["a"]
    assert math.isnan(read["a"])


@given(tree=st.dictionaries(st.text(max_size=3), st.text(st.characters(categories=["Cs", "Lu", "Po"]), max_size=5)))
def test_half_a_surrogate_pair_in_json_is_kept_as_json_keeps_it(tree: dict[str, str]) -> None:
    stored = RowCodec(TABLE, sqlite.dialect()).text(None, {"j": tree})
    assert stored.encode("utf-8")
    assert decode(json.loads(stored)["new"]["j"]) == json.loads(json.dumps(tree))


def test_a_value_that_nothing_knows_is_named() -> None:
    with pytest.raises(UnreadableValueError, match=r"t\.v, a object"):
        RowCodec(TABLE, sqlite.dialect()).text(None, {"v": object()})


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (Integer(), 17), (String(), "a b"), (String(), "17"),
    ],
)  # fmt: skip
def test_keys_of_one_column(kind: Any, key: Any) -> None:
    table = Table("t", MetaData(), Column("id", kind, primary_key=True))
    assert key_text((key,)) == str(key)
    assert key_values(table, key_text(key)) == (key,)


def test_keys_of_several_columns() -> None:
    from sqlalchemy import Date, Uuid

    kinds = (Integer(), String(), Date(), Uuid())
    table = Table("t", MetaData(), *(Column(f"c{n}", kind, primary_key=True) for n, kind in enumerate(kinds)))
    key = (1, 'x"\x1e', date(2026, 1, 2), UUID(int=3))
    assert key_values(table, key_text(key)) == key
    with pytest.raises(ValidationError, match="c0, c1, c2, c3"):
        key_values(table, "[1]")


@given(key=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_as_a_key(key: str) -> None:
    table = Table("t", MetaData(), Column("id", String, primary_key=True))
    assert key_text(key)
    assert "\x1e" not in key_text(key)
    assert key_values(table, key_text(key)) == (key,)


def test_a_key_with_control_characters_stays_on_one_line() -> None:
    assert key_text("a\x1eb") == '"a\\u001eb"'


@given(secret=st.binary(min_size=1, max_size=100), message=st.text(st.characters(exclude_categories=["Cs"])))
def test_the_mac_is_hmac(secret: bytes, message: str) -> None:
    key = hashlib.sha256(secret).digest() if len(secret) > 64 else secret
    assert Chain(secret).mac(message) == hmac.digest(key, message.encode(), "sha256").hex()

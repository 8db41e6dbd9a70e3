"""DuckDB over what SQLite and PostgreSQL hold: right results, bounded memory, no way out of its folder."""

import builtins
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import JSON, Numeric, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host.data import Database, UtcDateTime
from host.data.analytics import Analytics, AnalyticsError
from host.data.audit import AUDITED
from host.errors import HostError

MOMENT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


class Base(DeclarativeBase):
    """Tables of these tests."""


class Sale(Base):
    """One sale."""

    __tablename__ = "test_sale"

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str | None]
    quantity: Mapped[int]
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date]
    paid: Mapped[bool]
    weight: Mapped[float | None]
    facts: Mapped[dict[str, int] | None] = mapped_column(JSON)


def sale(number: int, **values: object) -> dict[str, object]:
    usual = {"region": "north", "quantity": number, "price": Decimal("1.10"), "at": MOMENT, "day": MOMENT.date()}
    return {"id": number, **usual, "paid": number % 2 == 0, "weight": None, "facts": None, **values}


@pytest.fixture
def sales(database: Database) -> Analytics:
    """25,000 sales: three batches of them."""
    with database.begin() as unit:
        Base.metadata.create_all(unit.session.connection())
        rows = [sale(number, region="south" if number > 20_000 else "north") for number in range(1, 25_001)]
        unit.session.execute(insert(Sale), rows, execution_options=AUDITED)
    return Analytics(database)


def test_it_gives_what_the_database_would(sales: Analytics, database: Database):
    found = sales.query(
        "SELECT region, count(*) AS n, sum(quantity) AS q, sum(price) AS p FROM sale GROUP BY region ORDER BY region",
        sale=select(Sale.region, Sale.quantity, Sale.price),
    )
    with database.begin(readonly=True) as unit:
        expected = unit.session.execute(
            select(Sale.region, func.count(), func.sum(Sale.quantity), func.sum(Sale.price))
            .group_by(Sale.region).order_by(Sale.region)
        ).all()  # fmt: skip
    assert [tuple(row) for row in found.itertuples(index=False)] == [tuple(row) for row in expected]
    assert list(found.columns) == ["region", "n", "q", "p"]


def test_what_only_duckdb_does(sales: Analytics):
    found = sales.query(
        "SELECT quantity FROM sale "
        "QUALIFY row_number() OVER (PARTITION BY region ORDER BY quantity DESC) = 1 ORDER BY 1",
        sale=select(Sale.region, Sale.quantity),
    )
    assert list(found["quantity"]) == [20_000, 25_000]


def test_every_type_arrives(database: Database):
    with database.begin() as unit:
        Base.metadata.create_all(unit.session.connection())
        row = sale(2, weight=1.5, facts={"a": 1}, region=None, price=None)
        unit.session.execute(insert(Sale), [row], execution_options=AUDITED)
    [row] = Analytics(database).query("SELECT * FROM s", s=select(Sale.__table__)).to_dict("records")
    assert row["at"] == pd.Timestamp(MOMENT)
    assert row["day"] == MOMENT.date()
    assert (row["paid"], row["weight"], row["facts"], row["id"]) == (True, 1.5, "{'a': 1}", 2)
    assert pd.isna(row["region"])
    assert pd.isna(row["price"])


def test_an_empty_select_has_its_columns(database: Database):
    with database.begin() as unit:
        Base.metadata.create_all(unit.session.connection())
    found = Analytics(database).query("SELECT * FROM s", s=select(Sale.id, Sale.price))
    assert (list(found.columns), len(found)) == (["id", "price"], 0)


def test_data_frames_join_with_selects(sales: Analytics):
    targets = pd.DataFrame({"region": ["north", "south"], "target": [10_000, 10_000]})
    found = sales.query(
        "SELECT region FROM sale JOIN target USING (region) GROUP BY region, target HAVING count(*) >= target",
        sale=select(Sale.region),
        target=targets,
    )
    assert list(found["region"]) == ["north"]


def test_too_large_a_result_is_refused(sales: Analytics):
    with pytest.raises(AnalyticsError, match="more than 24999 rows"):
        sales.query("SELECT * FROM sale", most_rows=24_999, sale=select(Sale.id))
    assert len(sales.query("SELECT * FROM sale", most_rows=25_000, sale=select(Sale.id))) == 25_000


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/hosts')",
        "SELECT * FROM 'http://127.0.0.1:1/x.parquet'",
        "COPY (SELECT 1) TO '/tmp/holdfast-analytics-test.csv'",
        "ATTACH '/tmp/holdfast-analytics-test.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '8GB'",
        "SET enable_external_access = true",
    ],
)
def test_it_can_reach_nothing(sqlite: Database, sql: str):
    with pytest.raises(AnalyticsError):
        Analytics(sqlite).query(sql)


def test_a_wrong_query_says_what_is_wrong(sqlite: Database):
    with pytest.raises(AnalyticsError, match="nowhere"):
        Analytics(sqlite).query("SELECT * FROM nowhere")


def test_without_duckdb_the_command_is_told(sqlite: Database, monkeypatch: pytest.MonkeyPatch):
    found = builtins.__import__

    def without_duckdb(name: str, *args: object) -> object:
        if name == "duckdb":
            raise ImportError(name)
        return found(name, *args)

    monkeypatch.setattr(builtins, "__import__", without_duckdb)
    with pytest.raises(HostError, match="not installed") as missing:
        Analytics(sqlite).query("SELECT 1")
    assert 'pip install "holdfast[duckdb]"' in missing.value.remedy


def test_memory_is_bounded(tmp_path: Path):
    """Ten times the rows hardly raise the peak of the process."""
    code = """
import resource, sys
from pathlib import Path
from sqlalchemy import Integer, String, column, select, text
from host.config import DatabaseConfig
from host.data import Database
from host.data.analytics import Analytics

database = Database(DatabaseConfig(url="sqlite:///m.db"), Path(sys.argv[1]))
rows = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :n) SELECT i, hex(i) AS h FROM n")
rows = rows.bindparams(n=int(sys.argv[2])).columns(column("i", Integer), column("h", String)).subquery("many")
analytics = Analytics(database, memory="32MB")
found = analytics.query("SELECT count(DISTINCT h) AS n FROM many", many=select(rows.c.i, rows.c.h))
print(found["n"][0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""

    def run(rows: int) -> tuple[int, int]:
        command = [sys.executable, "-c", code, str(tmp_path), str(rows)]
        counted, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        return int(counted), int(peak)

    (few, few_mib), (many, many_mib) = run(30_000), run(300_000)
    assert (few, many) == (30_000, 300_000)
    # As Python objects the rows more would take about 40 MiB; DuckDB stays within its limit, whatever comes in.
    assert many_mib - few_mib < 32

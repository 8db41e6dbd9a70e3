"""Every endpoint of the warehouse, naive against the plugin's own: statements, time, processor time, cold and warm.

Run it: ``python -m benchmarks.warehouse_pages [--size medium] [--dialect sqlite] [--rounds 5] [--hold-minutes 10]``.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from benchmarks.databases import DIALECTS, place
from benchmarks.endpoints import Endpoint, endpoints
from benchmarks.load import Cost, Meter
from benchmarks.tables import show, surroundings, write
from host import Principal, RunContext
from host.config import DatabaseConfig
from host.data import Database, Migrator, Target, host_target
from host.kernel.application import Application
from host.kernel.context import entered
from plugins.warehouse.plugin import WarehouseHooks
from plugins.warehouse.seeding.trade import LARGE, MEDIUM, Scale
from plugins.warehouse.seeding.trading import TradingCompany

SCALES: Final[Mapping[str, Scale]] = {"tiny": Scale("T", 1_200, 10), "medium": MEDIUM, "large": LARGE}
HEADS: Final = (
    "endpoint", "statements", "naive ms", "plugin ms", "naive CPU ms", "plugin CPU ms",
    "statements less", "time less", "CPU less", "cold ms",
)  # fmt: skip


@dataclass
class Compared:
    """What one endpoint cost on both sides, one value a round; `cold` is the plugin's first call."""

    name: str
    naive: list[Cost] = field(default_factory=list)
    plugin: list[Cost] = field(default_factory=list)
    cold: Cost | None = None

    def line(self) -> list[str]:
        """Return it as a row of the table."""
        return _line(self.name, self.naive, self.plugin, self.cold)


def seed(config: DatabaseConfig, folder: Path, scale: Scale) -> None:
    """Fill an empty database with a company; ask with `acting`."""
    database = Database(config, folder)
    revisions = Target("warehouse", WarehouseHooks().migrations().folder, "warehouse_")
    Migrator(database, [host_target(), revisions]).upgrade()
    for _ in TradingCompany(database, scale).run():
        continue
    if database.dialect == "postgresql":
        # As the server itself does a little later.
        with database.single.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    database.dispose()


@contextmanager
def acting() -> Iterator[None]:
    """Let somebody who may do everything ask."""
    application = cast("Application", None)  # the services look at the principal only
    who = Principal("bench", "Benchmark", permissions=frozenset({"*"}))
    with entered(RunContext(application=application, principal=who, correlation_id="bench")):
        yield


def compare(config: DatabaseConfig, folder: Path, rounds: int) -> list[Compared]:
    """Ask every endpoint both ways in turn; the answers must be equal."""
    database = Database(config, folder)
    meter = Meter(database)
    found = []
    for number, endpoint in enumerate(endpoints(database)):
        compared = Compared(endpoint.name, cold=_cold(config, folder, number))
        endpoint.optimised()
        for _ in range(rounds):
            plain, cost = meter.call(endpoint.naive)
            compared.naive.append(cost)
            own, cost = meter.call(endpoint.optimised)
            compared.plugin.append(cost)
            _require_equal(endpoint, plain, own)
        found.append(compared)
    database.dispose()
    return found


def hold(config: DatabaseConfig, folder: Path, minutes: float) -> list[list[str]]:
    """Ask the plugin's endpoints one after the other for so long; return a row of the table a minute."""
    database = Database(config, folder)
    asked = endpoints(database)
    rows: list[list[str]] = []
    begun = time.monotonic()
    while time.monotonic() < begun + minutes * 60:
        until = time.monotonic() + 60
        times: list[float] = []
        while time.monotonic() < until:
            for endpoint in asked:
                before = time.perf_counter()
                endpoint.optimised()
                times.append(time.perf_counter() - before)
        cuts = statistics.quantiles(times, n=100)
        rows.append([str(len(rows) + 1), f"{len(times):,}", f"{cuts[49] * 1000:.2f}", f"{cuts[94] * 1000:.1f}"])
    database.dispose()
    return rows


def _cold(config: DatabaseConfig, folder: Path, number: int) -> Cost:
    """Return what the plugin's first call costs: no connection, nothing compiled, an empty cache of its own."""
    database = Database(config, folder)
    asked = endpoints(database)[number]
    # What the endpoints looked up to ask about something that is there.
    database.engines.read.clear_compiled_cache()
    database.dispose()
    _, cost = Meter(database).call(asked.optimised)
    database.dispose()
    return cost


def _require_equal(endpoint: Endpoint, plain: Any, own: Any) -> None:
    if plain != own:
        raise AssertionError(f"{endpoint.name}: naive {plain!r:.400} but plugin {own!r:.400}")


def totals(found: Sequence[Compared]) -> list[list[str]]:
    """Return the sum over all endpoints as a row of the table, and again without the one that weighs most."""
    heaviest = max(found, key=lambda each: each.naive[0].statements)
    without = [each for each in found if each is not heaviest]
    return [_total("all together", found), _total(f"all but “{heaviest.name}”", without)]


def _total(name: str, found: Sequence[Compared]) -> list[str]:
    naive = [_sum(costs) for costs in zip(*(each.naive for each in found), strict=True)]
    plugin = [_sum(costs) for costs in zip(*(each.plugin for each in found), strict=True)]
    return _line(name, naive, plugin, _sum([each.cold for each in found if each.cold]))


def _sum(costs: Sequence[Cost]) -> Cost:
    return Cost(sum(c.statements for c in costs), sum(c.wall_s for c in costs), sum(c.cpu_s for c in costs))


def _line(name: str, naive: Sequence[Cost], plugin: Sequence[Cost], cold: Cost | None) -> list[str]:
    def median(costs: Sequence[Cost], what: Callable[[Cost], float]) -> float:
        return statistics.median(what(cost) for cost in costs)

    kinds: list[Callable[[Cost], float]] = [lambda c: c.statements, lambda c: c.wall_s * 1000, lambda c: c.cpu_s * 1000]
    pairs = [(median(naive, kind), median(plugin, kind)) for kind in kinds]
    less = [f"{100 * (1 - mine / theirs):.0f} %" if theirs else "–" for theirs, mine in pairs]
    times = [f"{value:,.1f}" for pair in pairs[1:] for value in pair]
    return [name, f"{pairs[0][0]:.0f} → {pairs[0][1]:.0f}", *times, *less, f"{cold.wall_s * 1000:,.1f}" if cold else ""]


def main() -> None:
    """Seed, measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", choices=SCALES, default="medium")
    options.add_argument("--dialect", choices=DIALECTS, action="append")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--hold-minutes", type=float, default=0)
    chosen = options.parse_args()
    surroundings()
    for dialect in chosen.dialect or DIALECTS:
        with place(dialect) as (config, folder), acting():
            seed(config, folder, SCALES[chosen.size])
            write(f"{dialect}: seeded")
            if chosen.rounds:
                found = compare(config, folder, chosen.rounds)
                title = f"Warehouse, {SCALES[chosen.size].total:,} movements, {dialect}"
                show(title, HEADS, [*(each.line() for each in found), *totals(found)])
            if chosen.hold_minutes:
                show(
                    f"Held, {dialect}",
                    ("minute", "calls", "p50 ms", "p95 ms"),
                    hold(config, folder, chosen.hold_minutes),
                )


if __name__ == "__main__":
    main()

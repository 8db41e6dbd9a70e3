"""The server is killed and back in the middle of 200 transactions: nothing half, each one done or reported."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from host.config import DatabaseConfig
from host.data import CommitUnknownError, Database, DatabaseUnavailableError, UnitOfWork
from tests.clusters import DEADLINE_S, Cluster, cluster
from tests.effort import effort
from tests.integration.data.campaigns.accounts import Account
from tests.integration.data.campaigns.agreement import require_sound_chain, stored, told
from tests.integration.data.campaigns.conftest import prepared

TRANSACTIONS = 200
PARTS = 3
THREADS = 8
KILLS = (0.2, 0.4, 0.6)
"""Shares of the transactions after which the server is killed."""
ROUNDS = effort(short=1, long=10)


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A server that may be killed."""
    with cluster() as made:
        yield made


class Sender:
    """Sends transactions of three rows each, and notes what it was told of each."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.outcomes: dict[str, str] = {}
        self.looked_up = 0

    def send(self, name: str) -> None:
        """Write one transaction; a commit that nobody knows about is looked up, as its error says."""
        try:
            self.database.run_tx(lambda unit: self._write(unit, name))
            self.outcomes[name] = "done"
        except CommitUnknownError:
            self.outcomes[name] = self._look(name)
        except (DatabaseUnavailableError, DBAPIError):
            self.outcomes[name] = "failed"

    def _write(self, unit: UnitOfWork, name: str) -> None:
        for _ in range(PARTS):
            unit.session.add(Account(owner=name))
            unit.session.flush()
            time.sleep(0.002)

    def _look(self, name: str) -> str:
        self.looked_up += 1

        def there(unit: UnitOfWork) -> bool:
            return unit.session.scalar(select(Account.id).where(Account.owner == name).limit(1)) is not None

        return "done" if self.database.run_tx(there) else "failed"


@pytest.mark.timeout(effort(short=600, long=1_200))
def test_nothing_is_half_written_and_each_is_done_or_reported(server: Cluster, tmp_path: Path) -> None:
    database = prepared(DatabaseConfig(url=server.url, pool_size=THREADS), tmp_path)
    sender = Sender(database)
    for round_ in range(ROUNDS):
        names = [f"r{round_}-{number}" for number in range(TRANSACTIONS)]
        with ThreadPoolExecutor(THREADS) as pool:
            sent = [pool.submit(sender.send, name) for name in names]
            for share in KILLS:
                _wait_until_sent(sent, share)
                server.kill()
                server.start()
        for each in sent:
            each.result()
    parts = Counter(row["owner"] for row in stored(database).values())
    done = {name for name, outcome in sender.outcomes.items() if outcome == "done"}
    assert len(sender.outcomes) == ROUNDS * TRANSACTIONS
    assert parts == dict.fromkeys(done, PARTS)
    assert told(database) == stored(database)
    assert require_sound_chain(database, tmp_path) == PARTS * len(done)
    # Retries carry a transaction over a server that comes back soon.
    assert len(done) > ROUNDS * TRANSACTIONS * 0.9
    database.dispose()


def _wait_until_sent(sent: list[Future[None]], share: float) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while sum(each.done() for each in sent) < share * len(sent):
        assert time.monotonic() < deadline
        time.sleep(0.001)

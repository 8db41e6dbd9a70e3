import threading

import pytest
from sqlalchemy import text, update

from host.data.monitor.locks import blocked
from tests.integration.data.monitor.conftest import Good, MakeShop


@pytest.fixture
def database_config(postgres_config):
    return postgres_config


def test_who_waits_for_whom_is_told_without_values(make_shop: MakeShop):
    shop = make_shop()
    other = make_shop()

    def wait() -> None:
        with other.database.begin() as unit:
            unit.session.execute(update(Good).where(Good.id == 1).values(name="hunter2"))

    assert blocked(shop.database) == []
    with shop.database.begin() as unit:
        unit.session.execute(update(Good).where(Good.id == 1).values(name="mine"))
        mine = unit.session.scalar(text("SELECT pg_backend_pid()"))
        waiting = threading.Thread(target=wait)
        waiting.start()
        found = []
        for _ in range(200):
            found = blocked(other.database)
            if found:
                break
            threading.Event().wait(0.02)
    waiting.join()
    (session,) = found
    assert session.blocker == mine
    assert session.pid != mine
    assert session.seconds >= 0
    assert session.statement.startswith("UPDATE shop_good SET name = ?")
    assert session.state == "idle in transaction"
    assert "hunter2" not in f"{session.statement} {session.blocking}"

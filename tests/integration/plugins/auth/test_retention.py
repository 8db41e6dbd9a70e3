"""What sign-in forgets by itself: sessions, attempts, links and tokens that ended long ago; never people."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from host import UnitOfWork
from host.data.retention.cleaner import Cleaner
from host.data.retention.policies import in_order
from host.data.tables import HostBase
from host.data.tasks import TaskRunner
from plugins.auth.models import ApiToken, Attempts, Base, Link, SignInSession, User
from plugins.auth.retention import policies
from tests.integration.plugins.auth.gatehouse import Gatehouse, by


def cleaner(gatehouse: Gatehouse) -> Cleaner:
    known = [HostBase.metadata, Base.metadata]
    return Cleaner(gatehouse.database, in_order([("auth", policy) for policy in policies()], known), known)


def counted(gatehouse: Gatehouse, at: datetime) -> dict[str, int]:
    return {each.policy.name.removeprefix("auth."): each.due for each in cleaner(gatehouse).due(at)[1]}


def test_what_ended_long_ago_goes(gatehouse: Gatehouse) -> None:
    anna = gatehouse.human("anna")
    gatehouse.signed_in("anna")
    gatehouse.sign_in.password("anna", "wrong", by())
    now = gatehouse.clock()
    times = {"created_at": now, "expires_at": now + timedelta(days=1)}

    def store(unit: UnitOfWork) -> None:
        token = ApiToken(id="t", token_hash=b"t", user_id=anna, title="script", scopes=[], **times)
        link = Link(id="l", token_hash=b"l", kind="reset", user_id=anna, roles=[], note="", created_by="x", **times)
        unit.session.add_all([token, link])

    gatehouse.database.run_tx(store)
    assert counted(gatehouse, now + timedelta(days=1)) == {"sessions": 0, "attempts": 0, "links": 0, "tokens": 0}
    assert counted(gatehouse, now + timedelta(days=3))["attempts"] == 2
    later = now + timedelta(days=92)
    assert counted(gatehouse, later) == {"sessions": 1, "attempts": 2, "links": 1, "tokens": 1}
    TaskRunner(gatehouse.database).run(cleaner(gatehouse).task(later), again=True)
    with gatehouse.database.begin(readonly=True) as unit:
        for table in (SignInSession, Attempts, Link, ApiToken):
            assert unit.session.scalar(select(func.count()).select_from(table)) == 0
        assert unit.session.scalar(select(func.count()).select_from(User)) == 1

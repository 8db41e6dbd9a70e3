"""The estimate of how long stock lasts is shown to whom operators show it."""

import re
from decimal import Decimal

import pytest

from host.kernel.flags.rules import Rule
from host.testing import HostApp, reader
from plugins.warehouse.flags import REACH_ESTIMATE

pytestmark = pytest.mark.holdfast(["warehouse"])
ANNA = reader("warehouse.*", user_id="anna", roles=frozenset({"buyer"}))
OTTO = reader("warehouse.*", user_id="otto")


@pytest.fixture
def article(host_app: HostApp) -> int:
    from plugins.warehouse.services.article_input import ArticleInput

    with host_app.context():
        wanted = ArticleInput(number="A-1", name="Tea", unit="pcs", price_cents=100, minimum_stock=Decimal(0))
        return host_app.services("warehouse").articles.create(wanted).id


def shows_estimate(host_app: HostApp, article: int, who=ANNA) -> bool:
    page = host_app.call("warehouse/article", id=article, principal=who).assert_success()
    return "Lasts" in re.findall(r"<dt>([^<]+)</dt>", "".join(each.proto.body for each in page.main.get("html")))


def test_the_estimate_is_shown_unless_operators_say_no(host_app: HostApp, article: int):
    assert shows_estimate(host_app, article)
    host_app.set_flag(REACH_ESTIMATE, False)
    assert not shows_estimate(host_app, article)
    host_app.set_flag(REACH_ESTIMATE, None)
    assert shows_estimate(host_app, article)


def test_a_rule_shows_it_to_one_role_only(host_app: HostApp, article: int):
    host_app.set_flag(REACH_ESTIMATE, False)
    rules = [Rule(True, roles=frozenset({"buyer"}))]
    host_app.application.feature_flags.desk.set_rules(REACH_ESTIMATE, rules, "test")
    assert shows_estimate(host_app, article, ANNA)
    assert not shows_estimate(host_app, article, OTTO)


def test_nothing_is_estimated_where_nothing_is_shown(host_app: HostApp, article: int, monkeypatch):
    host_app.set_flag(REACH_ESTIMATE, False)
    monkeypatch.setattr(type(host_app.services("warehouse").reach), "days", lambda *_: pytest.fail("estimated"))
    assert not shows_estimate(host_app, article)

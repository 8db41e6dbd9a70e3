"""The page about the database in a real app: what it shows, who may see it."""

import pytest

from host.data.monitor.tally import Tally
from host.testing import HostApp, PageTest
from host.testing.principals import reader

pytestmark = pytest.mark.holdfast(["admin", "home", "warehouse"], config={"database.slow_ms": 0.001})
OPERATOR = reader("admin.read", "admin.database", "warehouse.read", user_id="olga")
VIEWS = ("statements", "pages", "slow", "nplus1", "indexes", "locks")


def opened(host_app: HostApp, **params: object) -> PageTest:
    return host_app.call("admin/database", principal=OPERATOR, **params).assert_success()


@pytest.fixture
def used(host_app: HostApp) -> HostApp:
    """An app whose pages were opened, and whose figures are written."""
    host_app.call("warehouse/articles", principal=OPERATOR).assert_success()
    host_app.application.host.monitor().flush()
    return host_app


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_view_is_drawn_in_every_language(used: HostApp, language: str):
    for view in VIEWS:
        page = opened(used, view=view, language=language)
        assert not [line for line in page.texts if line.startswith("admin.")]


def test_statements_come_with_figures_and_plan(used: HostApp):
    page = opened(used)
    (table,) = page.dataframe
    assert table.value["count"].min() > 0
    assert len(table.value["course"].iloc[0]) == 60
    assert any("warehouse_article" in text for text in table.value["statement"])
    assert page.main.get("code")


def test_pages_show_statements_per_run(used: HostApp):
    (table,) = opened(used, view="pages").dataframe
    row = table.value.set_index("page").loc["warehouse/articles"]
    assert row["per_run"] >= 1
    assert row["runs"] >= 1


def test_slow_statements_name_line_and_page(used: HostApp):
    texts = opened(used, view="slow").texts
    assert "warehouse/articles" in texts
    assert any(line.startswith("plugins/warehouse/services/") for line in texts)


def test_a_loop_is_shown_with_its_cure(used: HostApp):
    monitor = used.application.host.monitor()
    tally = Tally("warehouse/articles", "warehouse")
    from host.data.monitor.tally import Load, Site

    tally.loads[Load("Article", "lots", Site("/srv/shop/pages.py", 12))] = 40
    monitor._loads.finish(tally)
    monitor.flush()
    page = opened(used, view="nplus1")
    assert "shop/pages.py:12" in " ".join(page.texts)
    assert any("selectinload(Article.lots)" in block.value for block in page.main.get("code"))
    assert "Up to 40 statements in one run; runs seen: 1." in page.texts


def test_the_choice_of_a_view_is_part_of_the_address(used: HostApp):
    page = opened(used)
    chosen = next(each for each in page.main.get("button_group") if "Statements" in str(each.proto))
    assert chosen.value is not None
    page = opened(used, view="pages", minutes=15)
    assert page.query_params["view"] == "pages"


def test_nobody_sees_it_without_the_permission(used: HostApp):
    page = used.call("admin/database", principal=reader("admin.read", user_id="ono"))
    assert not page.dataframe
    assert "Statements a second" not in page.texts

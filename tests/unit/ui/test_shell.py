"""The shell in Streamlit's own test runner: who gets to see what, and that refused code never runs."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from host.errors import NoContextError
from host.kernel.context import current
from host.testing.distributions import TemporaryDistributions
from host.testing.host_app import HostApp
from host.testing.pages import PageTest
from host.testing.plugin import HostAppFactory
from host.testing.principals import reader
from host.ui.events import PageVisited
from host.ui.text import text

SLIP = """
    from host import Page, Plugin, hookimpl

    def show(): ...

    class Hooks:
        @hookimpl
        def pages(self):
            return [Page(path="slip", title="Slip", render=show, icon=":material/no_such_icon:")]

    plugin = Plugin(hooks=Hooks)
"""
MANAGER = reader("shop.refund", user_id="manager")


def markup(page: PageTest) -> str:
    """Return every piece of HTML and text that was drawn."""
    return "\n".join([*(str(each.proto.body) for each in page.get("html")), *page.texts])


def menu(page: PageTest) -> Sequence[str]:
    return [button.label for button in page.sidebar.button]


def sold(app: HostApp) -> list[str]:
    path = app.application.config.root / "sold.txt"
    return path.read_text("utf-8").splitlines() if path.exists() else []


def test_the_menu_shows_pages_in_the_order_of_sections(shop: HostApp) -> None:
    page = shop.call("home").assert_success()
    assert list(menu(page))[:3] == ["Home", "Articles", "Till"]
    assert "Article" not in menu(page)
    assert "Guarded page" not in menu(page)


def test_texts_follow_the_language(shop: HostApp) -> None:
    assert "Artikel" in menu(shop.call("home", language="de").assert_success())


def test_a_page_of_an_unexposed_plugin_is_as_good_as_missing(shop: HostApp) -> None:
    path = shop.application.config.root / "plugins.toml"
    path.write_text('[plugins.home]\n[plugins.shop.expose]\nroles = ["staff"]\n', encoding="utf-8")
    shop.application.live.load()
    hidden = shop.call("shop/articles", principal=reader(user_id="guest"))
    assert "Page not found" in markup(hidden)
    assert list(menu(hidden)) == ["Home"]
    staff = reader(user_id="clerk", roles=frozenset({"staff"}))
    assert "Articles" in menu(shop.call("shop/articles", principal=staff).assert_success())


def test_an_action_without_its_permission_does_nothing_and_says_so(shop: HostApp) -> None:
    page = shop.call("shop/till", principal=reader())
    page.button(key="shop/till/refund").click().run()
    assert sold(shop) == []
    assert any(r"You may not do this\." in each.value for each in page.toast)
    allowed = shop.call("shop/till", principal=MANAGER)
    allowed.button(key="shop/till/refund").click().run()
    assert sold(shop) == ["refund"]


def test_somebody_who_is_gone_gets_nothing_not_even_the_menu(shop: HostApp) -> None:
    page = shop.call("shop/till")
    shop.principals.known.clear()
    page.button(key="shop/till/refund").click().run()
    assert sold(shop) == []
    assert list(menu(page)) == []
    assert "You are no longer signed in." in markup(page)


def test_a_visit_is_told_once_and_not_by_reruns(shop: HostApp) -> None:
    page = shop.call("shop/articles", q="nut")
    page.button(key="shop/articles/new").click().run()
    page.button(key="shop/articles/open").click().run()
    visits = [(each.previous, each.page, each.params) for each in shop.events.of(PageVisited)]
    assert visits == [("", "shop/articles", {"q": "nut"}), ("shop/articles", "shop/article", {"id": "7"})]


def test_a_page_class_hears_of_new_parameters_and_not_of_reruns(shop: HostApp) -> None:
    page = shop.call("shop/till", desk=1)
    page.run()
    page.query_params["desk"] = "2"
    page.run()
    assert page.session_state["shop/till/heard"] == ["entered", "params"]


def test_an_error_card_carries_plugin_version_and_an_id_but_no_internals(shop: HostApp) -> None:
    page = shop.call("shop/broken")
    drawn = markup(page)
    assert page.errors[0].id in drawn
    assert "shop 1.0" in drawn
    assert "secret" not in drawn


def test_an_app_without_pages_says_so(make_host_app: HostAppFactory) -> None:
    page = make_host_app([]).call("").assert_success()
    assert "Nothing here yet" in markup(page)
    assert "app plugins list" in markup(page)


def test_home_offers_only_what_the_reader_may_open_and_says_how_the_app_is(shop: HostApp) -> None:
    page = shop.call("home").assert_success()
    assert "Find an article, see what is in stock, change prices." in markup(page)
    assert "All in order" in markup(page)
    shop.application.report.fail("shop", "run", "broke")
    again = shop.call("home")
    assert "Partly available" in markup(again)
    assert "Out of order (1): shop." in markup(again)
    assert "Out of order" not in markup(shop.call("home", principal=reader()))


def test_facades_outside_a_run_say_what_to_do() -> None:
    with pytest.raises(NoContextError, match="only inside a page run"):
        text("host.menu.label")
    with pytest.raises(NoContextError):
        current()


def test_every_style_and_script_of_the_shell_is_there_and_small() -> None:
    from host.ui.assets import FOLDER, SCRIPTS, STYLES, head

    assert all(name in head() for name in (*STYLES, *SCRIPTS))
    assert sum(Path(FOLDER / name).stat().st_size for name in (*STYLES, *SCRIPTS)) < 40_000


def test_an_icon_that_cannot_be_drawn_costs_only_itself(
    make_host_app: HostAppFactory, temporary_distributions: TemporaryDistributions, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary_distributions.add("acme-slip", {"slip": {"plugin.py": SLIP}})
    app = make_host_app(["home", "slip"])
    monkeypatch.setenv("HOLDFAST_ROOT", str(app.application.config.root))
    assert list(menu(app.call("home").assert_success())) == ["Home", "Slip"]

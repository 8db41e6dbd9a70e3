"""The account menu and the banner while somebody looks at the app as somebody else."""

from dataclasses import replace

import pytest

from host.testing.distributions import TemporaryDistributions
from host.testing.host_app import HostApp
from host.testing.pages import PageTest
from host.testing.plugin import HostAppFactory
from host.testing.principals import reader

PLUGIN = """
    from starlette.responses import PlainTextResponse

    from host import SIGNED_IN, Page, Permission, Plugin, Route, hookimpl

    def show(): ...

    def post(request):
        return PlainTextResponse("posted")

    class Hooks:
        @hookimpl
        def permissions(self):
            return [Permission(name="desk.leave", title="Leave")]

        @hookimpl
        def pages(self):
            return [
                Page(path="desk", title="Desk", render=show, permission=SIGNED_IN),
                Page(path="desk/own", title="My desk", render=show, permission=SIGNED_IN, menu=False, account=True),
                Page(path="desk/keys", title="My keys", render=show, permission="desk.leave", menu=False, account=True),
            ]

        @hookimpl
        def routes(self, services):
            end = {"permission": SIGNED_IN, "methods": ("POST",)}
            return [
                Route(path="/out", endpoint=post, public=True, offered="account", title="Go home", **end),
                Route(path="/back", endpoint=post, offered="viewing", title="Be myself", **end),
            ]

    plugin = Plugin(hooks=Hooks)
"""


@pytest.fixture
def desk(make_host_app: HostAppFactory, temporary_distributions: TemporaryDistributions) -> HostApp:
    temporary_distributions.add("acme-desk", {"desk": {"plugin.py": PLUGIN}})
    return make_host_app(["desk"])


def markup(page: PageTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def keys(page: PageTest) -> set[str]:
    return {str(button.key) for button in page.button}


def test_the_menu_lists_ones_own_pages_and_what_is_posted(desk: HostApp) -> None:
    page = desk.call("desk", principal=reader("desk.leave", user_id="ann")).assert_success()
    assert {"host-account/desk/own", "host-account/desk/keys"} <= keys(page)
    assert "Signed in as Ann" in page.texts
    assert '<form method="post" action="./x/desk/out"' in markup(page)
    assert "/x/desk/back" not in markup(page)


def test_pages_that_are_not_open_to_the_reader_are_not_offered(desk: HostApp) -> None:
    page = desk.call("desk", principal=reader(user_id="bob")).assert_success()
    assert "host-account/desk/own" in keys(page)
    assert "host-account/desk/keys" not in keys(page)


def test_an_entry_leads_to_its_page(desk: HostApp) -> None:
    page = desk.call("desk").assert_success()
    page.button(key="host-account/desk/own").click().run()
    assert page.assert_success().page == "desk/own"


def test_without_anything_to_offer_there_is_no_menu(make_host_app: HostAppFactory) -> None:
    page = make_host_app(["home"]).call("home").assert_success()
    assert not any(key.startswith("host-account") for key in keys(page))
    assert "Signed in as Test" not in page.texts


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "You see the app as Ann. Nothing can be changed."),
        ("de", "Sie sehen die App als Ann. Nichts lässt sich ändern."),
    ],
)
def test_the_banner_says_through_whose_eyes_the_app_is_seen(desk: HostApp, language: str, sentence: str) -> None:
    viewed = replace(reader(user_id="ann"), viewed_by="chief")
    page = desk.call("desk", principal=viewed, language=language).assert_success()
    assert sentence in page.texts
    assert '<form method="post" action="./x/desk/back"' in markup(page)
    page = desk.call("desk/own", principal=viewed, language=language).assert_success()
    assert sentence in page.texts


def test_nobody_else_sees_the_banner(desk: HostApp) -> None:
    assert "host-viewing" not in markup(desk.call("desk").assert_success())


def test_a_name_is_never_taken_for_markup(desk: HostApp) -> None:
    bold = replace(reader(user_id="ann"), name="**Ann** <b>x</b> :material/home:")
    page = desk.call("desk", principal=bold).assert_success()
    [popover] = [each for each in page.get("popover") if "Ann" in str(each.proto)]
    assert r"\*\*Ann\*\*" in str(popover.proto.popover.label)
    assert "&lt;b&gt;" in markup(page)

"""A plugin built for host API 1.0 keeps loading and working, unchanged, on every later host of that API."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.kernel.boot import StartRefusedError
from host.testing import HostApp, HostAppFactory, TemporaryDistributions, reader

FROZEN = Path(__file__).parents[2] / "frozen" / "frozen_one_frozen"
FINGERPRINT = "8cceb42ad47928f929d7dfedf254c24d3eb92bc2638fe7dfc59904b73ab4989b"


@pytest.fixture
def frozen(temporary_distributions: TemporaryDistributions) -> None:
    files = {path.relative_to(FROZEN).as_posix(): path.read_text("utf-8") for path in sources()}
    temporary_distributions.add("frozen-one", {"frozen": files})


@pytest.fixture
def app(frozen: None, make_host_app: HostAppFactory) -> Iterator[HostApp]:
    return make_host_app(["frozen"], choose={"cache_backend": "frozen"})


def sources() -> list[Path]:
    return sorted(path for path in FROZEN.rglob("*.*") if path.is_file() and path.suffix != ".pyc")


def test_nobody_edited_it() -> None:
    content = b"".join(path.relative_to(FROZEN).as_posix().encode() + path.read_bytes() for path in sources())
    assert hashlib.sha256(content).hexdigest() == FINGERPRINT


def test_every_contribution_arrives(app: HostApp) -> None:
    application = app.application
    assert application.report.row("frozen").state == "active"
    assert list(application.pages) == ["frozen", "frozen/detail", "frozen/whole"]
    assert {owned.value.name for owned in application.permissions if owned.plugin == "frozen"} == {
        "frozen.read",
        "frozen.write",
    }
    counts = {
        kind: len(getattr(application, kind))
        for kind in ("guards", "catalogues", "commands", "routes", "health_checks", "seeds")
    }
    assert counts == {"guards": 1, "catalogues": 2, "commands": 1, "routes": 1, "health_checks": 1, "seeds": 1}


def test_its_page_takes_parameters_texts_and_actions(app: HostApp) -> None:
    page = app.call("frozen", word="rope").assert_success()
    assert "Hello Test, rope" in page.texts
    page.text_input(key="frozen/text").set_value("a line")
    page.button(key="frozen/add").click().run()
    assert "a line" in page.assert_success().texts
    assert "Hallo Test, nothing" in app.call("frozen/whole", language="de").assert_success().texts


def test_its_page_class_renders_and_hears_events(app: HostApp) -> None:
    page = app.call("frozen").assert_success()
    page.button(key="frozen/go").click().run()
    assert page.assert_success().page == "frozen/detail"
    assert "detail of rope" in page.texts
    assert "entered frozen/detail" in app.services("frozen").lines.life
    page.button(key="frozen/detail/back").click().run()
    assert page.assert_success().page == "frozen"
    assert "left frozen/detail" in app.services("frozen").lines.life


def test_its_guard_refuses_and_redirects(app: HostApp) -> None:
    assert "This word is forbidden." in " ".join(app.call("frozen", word="forbidden").texts)
    assert "detail of nothing" in app.call("frozen", word="elsewhere").texts


def test_its_event_handler_hears_after_the_commit(app: HostApp) -> None:
    lines = app.services("frozen").lines
    with app.context():
        lines.write("a line")
    assert len(lines.heard) == 1
    assert lines.life[-1] == "committed"


def test_its_command_route_seed_and_health_check_work(app: HostApp) -> None:
    assert app.run_command("frozen write hello --times 2").assert_success().output == "2 lines\n"
    assert app.client(reader("frozen.read")).get("/x/frozen/lines").text == "hello\nhello"
    assert app.client(reader()).get("/x/frozen/lines").status_code == 403
    with app.context():
        assert list(app.application.seeds[0].value.run()) == ["one line"]
    assert app.application.health_checks[0].value.check().detail == "3 lines"


def test_its_own_error_ends_a_command_with_the_contract_exit_code(app: HostApp) -> None:
    assert app.run_command("frozen write hello --times 4").exit_code == 3
    assert app.run_command("frozen write hello", principal=reader()).exit_code == 4


def test_its_cache_backend_fills_the_capability(app: HostApp) -> None:
    app.application.host.cache_backend().set("key", b"value", 1.0)
    assert app.services("frozen").cache_backend.stored == {"key": b"value"}


def test_its_lifespan_starts_and_stops(app: HostApp) -> None:
    life = app.services("frozen").lines.life
    assert life == ["started"]
    app.application.close()
    assert life == ["started", "stopped"]


def test_its_stored_settings_of_version_one_are_lifted(frozen: None, make_host_app: HostAppFactory) -> None:
    app = make_host_app(["frozen"], settings={"frozen": {"maximum": 7}}, settings_version={"frozen": 1})
    assert app.services("frozen").settings.limit == 7


def test_its_own_check_takes_it_out(frozen: None, make_host_app: HostAppFactory) -> None:
    with pytest.raises(StartRefusedError, match="limit is negative"):
        make_host_app(["frozen"], settings={"frozen": {"limit": -1}})

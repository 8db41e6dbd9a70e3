"""Switching plugins at run time: previewed, stored, announced, undone, and refused where the environment pins."""

from collections.abc import Callable
from pathlib import Path

import pytest

from host.config import load_config
from host.contracts import Principal
from host.errors import ConfigError, ValidationError
from host.kernel.application import Application
from host.kernel.boot import Ground, lay_ground
from host.kernel.exposure import Exposure
from host.kernel.plan import make_plan
from host.testing.distributions import TemporaryDistributions
from tests.integration.kernel.bad_plugins import GOOD

Start = Callable[..., Application]
ALICE = Principal("alice", "Alice", frozenset({"finance"}))
BOB = Principal("bob", "Bob")


@pytest.fixture
def ground(distributions: TemporaryDistributions, project: Path) -> Ground:
    """Settings and database over a good plugin and one that requires it."""
    distributions.add("acme-good", {"good": GOOD})
    distributions.add("acme-user", {"user": {"plugin.toml": '[plugin]\nhost = ">=1.0,<2"\nrequires = ["good"]\n'}})
    (project / "plugins.toml").write_text("[plugins.good]\n[plugins.user]\n")
    return lay_ground(load_config(project))


def _planned(ground: Ground) -> list[str]:
    return [each.id for each in make_plan(ground.question()).order]


def test_preview_says_who_else_goes_out_and_changes_nothing(ground: Ground) -> None:
    diff = ground.toggles().preview("good", enabled=False)

    assert diff.restart
    assert diff.lines == ("good goes out: switched off (database)", "user goes out: requires good (off)")
    assert _planned(ground) == ["good", "user"]


def test_disable_and_enable_go_back_to_what_the_file_says(ground: Ground, start: Start) -> None:
    toggles = ground.toggles()

    toggles.disable("good", "tester")
    assert _planned(ground) == []
    row = start().report.row("good")
    assert row is not None
    assert (row.state, row.origin) == ("off", "database")

    toggles.enable("good", "tester")
    assert _planned(ground) == ["good", "user"]
    assert ground.live.store.read() == {}


def test_other_processes_hear_of_it(ground: Ground) -> None:
    heard: list[str] = []
    other = lay_ground(ground.config).host.changes()
    other.subscribe("plugins", heard.append)
    other.start()
    try:
        ground.toggles().disable("good", "tester")
        _until(lambda: heard == ["good"])
    finally:
        other.stop()


def test_exposure_reaches_a_running_app_without_a_restart(ground: Ground, start: Start) -> None:
    application = start()
    before = application.plan_hash
    assert application.exposed("good", BOB)

    ground.toggles().expose("good", Exposure(frozenset({"finance"})), "tester")

    _until(lambda: not application.exposed("good", BOB))
    assert application.exposed("good", ALICE)
    assert make_plan(ground.question()).hash == before


def test_exposure_in_the_file_is_followed_and_a_broken_file_leaves_the_last_good_one(
    ground: Ground, project: Path, start: Start
) -> None:
    application = start()
    path = project / "plugins.toml"

    path.write_text('[plugins.good]\nexpose = { roles = ["finance"] }\n[plugins.user]\n')
    _until(lambda: not application.exposed("good", BOB))
    path.write_text("[plugins.good\n")
    _until(lambda: application.live._seen[1] == len("[plugins.good\n"), look=lambda: application.exposed("good", BOB))

    assert not application.exposed("good", BOB)
    assert application.exposed("good", ALICE)


def test_share_of_users_is_stable_and_about_right() -> None:
    half = Exposure(percent=50)
    people = [Principal(f"user-{number}", "") for number in range(2000)]
    seen = [half.admits("good", each) for each in people]
    assert seen == [half.admits("good", each) for each in people]
    assert 900 < sum(seen) < 1100
    assert not any(Exposure(percent=0).admits("good", each) for each in people)


def test_pinned_plugin_is_refused_with_the_variable(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    monkeypatch.setenv("FEATURE_GOOD", "true")
    with pytest.raises(ValidationError, match="FEATURE_GOOD"):
        lay_ground(load_config(project)).toggles().disable("good", "tester")


def test_unknown_plugin_names_the_nearest(ground: Ground) -> None:
    with pytest.raises(ValidationError, match="Did you mean 'good'"):
        ground.toggles().disable("goood", "tester")


def test_start_without_the_database_uses_the_last_known_toggles(ground: Ground) -> None:
    ground.toggles().disable("good", "tester")
    ground.live.store.read()
    ground.host.database().dispose()
    for path in ground.config.data_dir.glob("*.db*"):
        path.unlink()
        path.mkdir()

    stored = ground.live.store.read()

    assert stored["good"].enabled is False


def _until(condition: Callable[[], bool], look: Callable[[], object] = lambda: None) -> None:
    """Wait for the change feed's next turns, within a deadline that is generous on any machine."""
    import time

    deadline = time.monotonic() + 20
    while not condition():
        look()
        assert time.monotonic() < deadline, "the change never arrived"
        time.sleep(0.02)


def test_damaged_local_copy_leaves_the_choice_to_the_file(ground: Ground) -> None:
    ground.live.store.read()
    ground.host.database().dispose()
    for path in ground.config.data_dir.glob("*.db*"):
        path.unlink()
        path.mkdir()
    (ground.config.data_dir / "toggles.json").write_text('{"good": 3')

    assert ground.live.store.read() == {}
    assert _planned(ground) == ["good", "user"]


def test_a_plugin_that_is_gone_can_still_be_switched_off(
    ground: Ground, distributions: TemporaryDistributions, project: Path
) -> None:
    distributions.add("acme-gone", {"gone": {}})
    ground.toggles().enable("gone", "tester")
    distributions.remove("acme-gone")
    assert make_plan(ground.question()).out["gone"].state == "missing"

    ground.toggles().disable("gone", "tester")

    assert make_plan(ground.question()).out["gone"].state == "off"


@pytest.mark.parametrize("bad", [b"\xff\xfe", b"a = " + b"[" * 9999], ids=["no-text", "too-deep"])
def test_file_that_cannot_be_read_leaves_the_last_good_one_and_names_itself(
    bad: bytes, ground: Ground, project: Path, start: Start
) -> None:
    path = project / "plugins.toml"
    path.write_text('[plugins.good]\nexpose = { roles = ["finance"] }\n')
    application = start()

    path.write_bytes(bad)
    _until(lambda: application.live._seen[1] == len(bad), look=lambda: application.exposed("good", BOB))

    assert not application.exposed("good", BOB)
    with pytest.raises(ConfigError, match=r"plugins\.toml: not valid TOML"):
        ground.question()


def test_file_that_is_gone_opens_nothing_to_everybody(ground: Ground, project: Path, start: Start) -> None:
    path = project / "plugins.toml"
    path.write_text('[plugins.good]\nexpose = { roles = ["finance"] }\n')
    application = start()

    path.unlink()
    application.live._next_look = 0.0

    assert not application.exposed("good", BOB)


def test_a_copy_that_cannot_be_written_keeps_no_toggle_from_taking_effect(ground: Ground, start: Start) -> None:
    application = start()
    copy = ground.config.data_dir / "toggles.json"
    copy.unlink()
    (copy / "in the way").mkdir(parents=True)

    ground.toggles().expose("good", Exposure(frozenset({"finance"})), "tester")

    _until(lambda: not application.exposed("good", BOB))
    assert "good" in start().plugins

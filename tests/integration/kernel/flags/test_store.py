"""Decisions in the database: both kinds, their audit, other processes, a start without it, concurrent operators."""

import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from host import AUDITED, ValidationError
from host.data.access_tables import FlagRow
from host.kernel.flags.faults import FlagChangedError, FlagLockedError, UnknownFlagError
from host.kernel.flags.overrides import Override
from host.kernel.flags.rules import Rule
from host.testing import HostApp
from host.testing.principals import reader

ANNA = reader(user_id="anna", roles=frozenset({"editor"}))
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
FULL = Rule(9, frozenset({"anna"}), frozenset({"editor"}), 12.5, NOON, NOON + timedelta(days=1))


@pytest.fixture
def everywhere(shop, make_host_app, database_config) -> HostApp:
    """The app on each database in turn."""
    return make_host_app(["shop"], config={"database.url": database_config.url})


def desk(app: HostApp):
    return app.application.feature_flags.desk


def stored(app: HostApp, name: str) -> Override:
    return app.application.feature_flags.source.store.read().get(name, Override())


def test_values_of_every_type_and_rules_come_back_as_they_were(everywhere: HostApp):
    for name, value in (("shop.quick", True), ("shop.rows", 12), ("shop.share", 2), ("shop.size", "large")):
        everywhere.set_flag(name, value)
        assert everywhere.application.feature_flags.value(name, ANNA) == value
        assert stored(everywhere, name).value == value
    everywhere.application.feature_flags.source.refresh()
    assert type(everywhere.application.feature_flags.value("shop.share", ANNA)) is float
    everywhere.set_flag("shop.rows", 10**18 - 1)
    assert stored(everywhere, "shop.rows").value == 10**18 - 1
    everywhere.set_flag("shop.rows", 12)
    desk(everywhere).set_rules("shop.rows", [FULL], "olga")
    assert stored(everywhere, "shop.rows").decides == (12, (FULL,))
    desk(everywhere).unset("shop.rows", "olga")
    assert stored(everywhere, "shop.rows").empty


def test_every_change_is_audited_with_who_made_it(everywhere: HostApp):
    with everywhere.context(ANNA, page="admin/flags"):
        everywhere.set_flag("shop.rows", 12)
        desk(everywhere).set_rules("shop.rows", [Rule(3, percent=5)], ANNA.user_id)
        desk(everywhere).unset("shop.rows", ANNA.user_id)
    trail = everywhere.application.host.audit_trail()
    records = trail.history("host_flag", "shop.rows").records
    assert [each.action for each in records] == ["delete", "update", "insert"]
    assert {each.user_id for each in records} == {"anna"}
    assert records[1].before["rules"] == []
    assert records[1].after["rules"] == [{"value": 3, "percent": 5.0}]
    assert trail.verify().sound


def test_what_is_so_already_is_not_written_again(everywhere: HostApp):
    everywhere.set_flag("shop.rows", 12)
    everywhere.set_flag("shop.rows", 12)
    assert len(everywhere.application.host.audit_trail().history("host_flag", "shop.rows").records) == 1


def test_a_change_reaches_another_process(everywhere: HostApp, make_host_app):
    other = make_host_app(["shop"], again=True, config={"database.url": everywhere.application.config.database.url})
    took = []
    for rows in range(100, 105):
        everywhere.set_flag("shop.rows", rows)
        began = time.perf_counter()
        _until(lambda wanted=rows: other.application.feature_flags.value("shop.rows", ANNA) == wanted)
        took.append(time.perf_counter() - began)
    sys.stdout.write(f"\nanother app sees a flag after {sorted(took)[2] * 1000:.0f} ms (median of 5)\n")


def test_who_saw_something_else_changes_nothing(everywhere: HostApp):
    seen = everywhere.application.feature_flags.snapshot().of("shop.rows").override
    everywhere.set_flag("shop.rows", 12)
    with pytest.raises(FlagChangedError):
        desk(everywhere).set_value("shop.rows", 13, "otto", seen=seen)
    assert stored(everywhere, "shop.rows").value == 12


def test_a_dry_run_stores_nothing(everywhere: HostApp):
    change = desk(everywhere).change("shop.rows", lambda _: Override(5), "olga", dry_run=True)
    assert (change.before.value, change.after.value, change.nothing) == (None, 5, False)
    assert stored(everywhere, "shop.rows").empty


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("shop.rows", True, "a whole number"),
        ("shop.rows", 10**18, "at most 18 digits"),
        ("shop.size", "huge", "small, large"),
        ("shop.row", 3, "shop.rows"),
    ],
)
def test_a_wrong_value_or_name_is_refused_and_loses_nothing(app: HostApp, name, value, fault):
    app.set_flag("shop.rows", 12)
    with pytest.raises(ValidationError, match=fault):
        app.set_flag(name, value)
    assert stored(app, "shop.rows").value == 12


def test_a_pinned_flag_is_refused_with_its_variable(shop, make_host_app, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FLAG_SHOP_ROWS", "3")
    app = make_host_app(["shop"])
    with pytest.raises(FlagLockedError, match="FLAG_SHOP_ROWS"):
        app.set_flag("shop.rows", 12)
    assert app.application.feature_flags.value("shop.rows", ANNA) == 3


def test_what_is_rolled_back_was_never_set(app: HostApp):
    with pytest.raises(KeyboardInterrupt), app.application.host.database().begin():
        app.set_flag("shop.rows", 12)
        raise KeyboardInterrupt
    assert app.application.feature_flags.value("shop.rows", ANNA) == 7


def test_a_plugin_that_is_away_keeps_its_flags(app: HostApp, make_host_app):
    app.set_flag("shop.rows", 12)
    app.application.close()
    away = make_host_app([], again=True)
    snapshot = away.application.feature_flags.snapshot()
    assert not snapshot.definitions
    assert snapshot.orphans["shop.rows"].value == 12
    with pytest.raises(UnknownFlagError):
        away.set_flag("shop.rows", 3)
    away.application.close()
    back = make_host_app(["shop"], again=True)
    assert back.application.feature_flags.value("shop.rows", ANNA) == 12


def test_what_no_longer_fits_is_left_out_told_and_kept(app: HostApp):
    app.set_flag("shop.rows", 12)
    with app.application.host.database().begin() as unit:
        change = update(FlagRow).where(FlagRow.name == "shop.rows").values(value="twelve")
        unit.session.execute(change, execution_options=AUDITED)
    flags = app.application.feature_flags
    flags.source.refresh()
    assert flags.value("shop.rows", ANNA) == 7
    health = next(each for each in app.application.health().components if each.name == "flags")
    assert health.status == "degraded"
    assert "shop.rows: the stored value: 'twelve' is no value of flag shop.rows" in health.detail
    app.set_flag("shop.rows", 13)
    assert flags.value("shop.rows", ANNA) == 13


def _without_database(app: HostApp) -> None:
    app.application.host.database().dispose()
    for path in app.application.config.data_dir.glob("*.db*"):
        path.unlink()
        path.mkdir()


def test_the_local_copy_serves_without_the_database(app: HostApp):
    desk(app).set_rules("shop.rows", [FULL], "olga")
    app.set_flag("shop.quick", True)
    before = app.application.feature_flags.source.store.read()
    _without_database(app)
    app.application.feature_flags.source.refresh()
    assert app.application.feature_flags.source.store.read() == before
    assert app.application.feature_flags.value("shop.quick", ANNA) is True


@pytest.mark.parametrize("damage", ["{", "[]", '{"shop.rows": 3}', '{"shop.rows": {"value": 3}}'])
def test_a_damaged_copy_leaves_file_and_defaults(app: HostApp, damage):
    app.set_flag("shop.rows", 12)
    _without_database(app)
    (app.application.config.data_dir / "flags.json").write_text(damage)
    app.application.feature_flags.source.refresh()
    assert app.application.feature_flags.value("shop.rows", ANNA) == 7


def _until(condition) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "the change never arrived"
        time.sleep(0.002)

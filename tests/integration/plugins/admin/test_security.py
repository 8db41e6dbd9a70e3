"""The page about security in a real app: alerts first, answered once, events filtered, a person's timeline."""

from datetime import UTC, datetime, timedelta

import pytest

from host.security.events import SecurityEvent
from host.testing import HostApp, PageTest
from host.testing.principals import reader

pytestmark = pytest.mark.holdfast(["admin", "home"])
OPERATOR = reader("admin.security", "admin.read", user_id="olga")
PATH = "admin/security"


def opened(host_app: HostApp, **params: object) -> PageTest:
    return host_app.call(PATH, principal=OPERATOR, **params).assert_success()


def note(host_app: HostApp, *events: SecurityEvent) -> None:
    host = host_app.application.host
    for each in events:
        host.security_events().note(each)
    host.event_writer().flush()
    host.detector().look()


@pytest.fixture
def attacked(host_app: HostApp) -> HostApp:
    """An app in which somebody guesses Ann's password, and Bob works."""
    ann = reader(user_id="ann")
    host_app.principals.add(ann)
    at = datetime.now(UTC) - timedelta(minutes=2)
    tries = [
        SecurityEvent("sign_in.failed", "warning", "ann", "192.0.2.1", detail={"try": number}, at=at)
        for number in range(20)
    ]
    bob = SecurityEvent("sign_in.ok", "info", "bob", "198.51.100.7", "s2", "d2", {"page": "<b>home</b>"}, at)
    note(host_app, *tries, bob, bob)
    return host_app


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_text_is_there(attacked: HostApp, language: str):
    for params in ({}, {"user": "ann"}, {"kind": "sign_in.ok"}):
        page = opened(attacked, language=language, **params)
        labels = [each.label for each in (*page.main.button, *page.main.text_input, *page.main.selectbox)]
        assert not [line for line in (*page.texts, *labels) if line.startswith("admin.")]


def test_open_alerts_come_first_and_an_answer_closes_them(attacked: HostApp):
    page = opened(attacked)
    assert "Open alerts: 1" in page.texts
    assert page.texts.index("Password guessing") < page.texts.index("Events")
    assert {"20", "Ann"} <= set(page.texts)
    (field,) = [each for each in page.main.text_input if each.label == "What came out"]
    press(page, "Close")
    assert "Open alerts: 1" in page.texts, "an empty note says nothing"
    field = next(each for each in page.main.text_input if each.label == "What came out")
    field.input("A forgotten password").run()
    press(page, "Close")
    assert "Open alerts: 1" not in page.texts
    assert [each.value for each in page.toast] == ["The alert is closed."]
    (answer,) = attacked.application.host.security_reader().alerts(answered=True)
    assert answer.answer is not None
    assert (answer.answer.user_id, answer.answer.note) == ("olga", "A forgotten password")
    listed = opened(attacked, severity="alert")
    assert any("A forgotten password" in line for line in listed.texts)


def press(page: PageTest, label: str) -> None:
    next(each for each in page.main.button if each.label == label).click()
    page.run().assert_success()


def test_filters_stand_in_the_address(attacked: HostApp):
    page = opened(attacked)
    (kinds,) = [each for each in page.main.selectbox if each.label == "What"]
    kinds.select("sign_in.ok").run().assert_success()
    assert page.query_params["kind"] == "sign_in.ok"
    assert "Signed in" in page.texts
    assert "Sign-in failed" not in page.texts
    assert any("2 times" in line for line in page.texts)


def test_a_person_has_a_timeline(attacked: HostApp):
    page = opened(attacked)
    press(page, "Timeline")
    assert page.query_params["user"] == "ann"
    assert "Timeline of Ann" in page.texts
    assert "Signed in" not in page.texts


def test_older_events_are_a_page_away(attacked: HostApp):
    note(attacked, *(SecurityEvent("sign_in.ok", user_id=f"user{number}") for number in range(10)))
    page = opened(attacked)
    press(page, "Older events")
    assert "before" in page.query_params
    assert not [each for each in page.main.button if each.label == "Older events"]


def test_the_last_day_is_counted_by_kind(attacked: HostApp):
    (table,) = opened(attacked).dataframe
    row = table.value.set_index("kind").loc["Sign-in failed"]
    assert row["count"] == 20
    assert len(row["course"]) == 24


def test_details_are_shown_as_text(attacked: HostApp):
    page = opened(attacked, kind="sign_in.ok")
    markup = "".join(each.proto.body for each in page.main.get("html"))
    assert "&lt;b&gt;home&lt;/b&gt;" in markup
    assert "<b>home" not in markup


def test_nobody_sees_or_answers_without_the_permission(attacked: HostApp):
    page = attacked.call(PATH, principal=reader("admin.read", user_id="ono"))
    assert "Password guessing" not in page.texts
    assert not page.dataframe


def test_health_is_degraded_while_an_alert_is_open(attacked: HostApp):
    def security() -> tuple[str, str]:
        (found,) = [each for each in attacked.application.health().components if each.name == "security"]
        return found.status, found.detail

    assert security() == (
        "degraded", "1 alerts wait for an answer (detection.guessing): app security alerts",
    )  # fmt: skip
    host = attacked.application.host
    (alert,) = host.security_reader().alerts()
    with attacked.context(OPERATOR):
        host.alert_answers().give(alert.id, "looked into it")
    assert security()[0] == "ok"

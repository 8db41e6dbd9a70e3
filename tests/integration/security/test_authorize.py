"""`authorize`: permission, then every rule; whoever is refused leaves one trace, not one for each rerun."""

import sys
import threading
import time

import pytest

from host import PermissionDeniedError, Principal, authorize, permitted
from host.kernel import judging
from host.kernel.decisions import decide, rules_for
from host.kernel.denials import MOST_KEPT, Denials
from host.security.events import SecurityEvent, SecurityEvents
from host.testing import HostApp, reader
from tests.attacks import attack

ANNA = reader("ruled.do", user_id="anna")


def test_the_rule_says_yes_to_ones_own(ruled: HostApp) -> None:
    with ruled.context(ANNA):
        assert authorize("ruled.do", "anna") is ANNA
        assert permitted("ruled.do", "anna")
        assert authorize("ruled.do") is ANNA


@attack("a rule that raises, answers nonsense or nothing", "denied")
@pytest.mark.parametrize("resource", ["bob", "raises", "exits", "truthy"])
def test_whatever_is_not_a_yes_is_a_no(ruled: HostApp, told: list[SecurityEvent], resource: str) -> None:
    with ruled.context(ANNA):
        assert not permitted("ruled.do", resource)
        with pytest.raises(PermissionDeniedError, match="one's own"):
            authorize("ruled.do", resource)
    assert [event.kind for event in told] == ["authz.denied"]


@attack("a rule that hangs", "denied in time, and it takes no more threads than its share")
def test_a_rule_that_hangs_says_no_in_time_and_takes_no_more_threads_than_its_share(
    ruled: HostApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(judging, "_free", judging.slots())
    rule = rules_for(ruled.application, "ruled.do")[0]
    with ruled.context(ANNA):
        answers = [judging.judged(rule, ANNA, "hangs", longest_s=0.05) for _ in range(5)]
    assert answers == ["late"] * 5
    assert sum(thread.name == "rule-ruled.do" for thread in threading.enumerate()) == 2


def test_without_the_permission_the_rule_is_not_asked(ruled: HostApp) -> None:
    refusal = decide(ruled.application, reader(), "ruled.do", "hangs")
    assert refusal is not None
    assert refusal.rule is None


def test_a_rule_narrows_those_who_may_everything(ruled: HostApp) -> None:
    assert decide(ruled.application, reader("*", user_id="root"), "ruled.do", "anna") is not None


def test_a_denial_is_told_once_a_minute_with_what_was_left_out(
    ruled: HostApp, told: list[SecurityEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ruled.context(reader(user_id="bob"), page="ruled"):
        for _ in range(5):
            with pytest.raises(PermissionDeniedError):
                authorize("ruled.do")
        later = time.monotonic() + 61
        monkeypatch.setattr(time, "monotonic", lambda: later)
        with pytest.raises(PermissionDeniedError):
            authorize("ruled.do")
    assert [event.user_id for event in told] == ["bob", "bob"]
    assert told[0].detail == {"permission": "ruled.do", "why": "lacks ruled.do", "page": "ruled"}
    assert told[1].detail["repeats"] == 4


def test_another_permission_and_another_person_are_told_at_once(ruled: HostApp, told: list[SecurityEvent]) -> None:
    for who, permission in (("a", "ruled.do"), ("a", "ruled.see"), ("b", "ruled.do")):
        with ruled.context(reader(user_id=who)), pytest.raises(PermissionDeniedError):
            authorize(permission)
    assert len(told) == 3


def test_asking_what_to_show_is_no_denial(ruled: HostApp, told: list[SecurityEvent]) -> None:
    with ruled.context(reader()):
        assert not permitted("ruled.do")
    assert told == []


def test_who_looks_through_anothers_eyes_is_named(ruled: HostApp, told: list[SecurityEvent]) -> None:
    viewed = Principal("anna", "Anna", session="s" * 32, viewed_by="boss")
    with ruled.context(viewed), pytest.raises(PermissionDeniedError):
        authorize("ruled.do")
    assert (told[0].user_id, told[0].session, told[0].detail["viewing"]) == ("boss", "s" * 32, "anna")


def test_what_is_remembered_of_denials_is_bounded() -> None:
    denials = Denials(SecurityEvents())
    for number in range(MOST_KEPT + 50):
        denials.note(reader(user_id=f"u{number}"), "a.b", "lacks a.b")
    assert len(denials._told) == MOST_KEPT


@attack("a forbidden page by its address", "it doesn't run")
def test_a_page_that_may_not_be_opened_is_a_denial_and_does_not_run(ruled: HostApp, told: list[SecurityEvent]) -> None:
    page = ruled.call("ruled", principal=reader(user_id="bob"))
    page.run()
    assert not page.button
    assert [(event.user_id, event.detail["page"]) for event in told] == [("bob", "ruled")]


@attack("an old button after the permission is gone", "no effect")
def test_an_old_button_does_nothing_after_the_permission_is_gone(ruled: HostApp, told: list[SecurityEvent]) -> None:
    done = sys.modules["acme_rules_ruled.plugin"].DONE
    page = ruled.call("ruled", principal=reader("ruled.see", user_id="bob")).assert_success()
    page.button(key="do").click().run()
    assert "clicked" in done
    done.clear()
    ruled.principals.add(reader(user_id="bob"))
    page.button(key="do").click().run()
    assert done == []
    assert told[0].detail["permission"] == "ruled.see"


@attack("an old fragment after the permission is gone", "no data")
def test_an_old_fragment_draws_nothing_after_the_permission_is_gone(ruled: HostApp) -> None:
    done = sys.modules["acme_rules_ruled.plugin"].DONE
    page = ruled.call("ruled", principal=reader("ruled.see", user_id="bob")).assert_success()
    ruled.principals.add(reader(user_id="bob"))
    done.clear()
    page.button(key="again").click().run()
    assert done == []
    assert not page.button

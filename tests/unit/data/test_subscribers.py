import logging

import pytest
from sqlalchemy.exc import OperationalError

from host.data.faults import DatabaseUnavailableError
from host.data.feed.subscribers import Subscribers


def lost() -> DatabaseUnavailableError:
    error = DatabaseUnavailableError("away")
    error.__cause__ = OperationalError("SELECT 1", {}, Exception("cut"), connection_invalidated=True)
    return error


def test_a_change_reaches_the_subscribers_of_its_topic_only():
    subscribers, heard = Subscribers(), []
    subscribers.add("stock", lambda key: heard.append(("stock", key)))
    subscribers.add("price", lambda key: heard.append(("price", key)))
    subscribers.tell("stock", "7")
    assert heard == [("stock", "7")]


@pytest.mark.parametrize("error", [ValueError("mine"), SystemExit(3)])
def test_a_raising_subscriber_is_logged_with_an_id_and_the_others_hear(
    error: BaseException, caplog: pytest.LogCaptureFixture
):
    def broken(_: str) -> None:
        raise error

    subscribers, heard = Subscribers(), []
    subscribers.add("stock", broken)
    subscribers.add("stock", heard.append)
    with caplog.at_level(logging.ERROR):
        subscribers.tell("stock", "7")
    assert heard == ["7"]
    assert caplog.records[0].msg["error_id"].startswith("E-")
    assert caplog.records[0].msg["topic"] == "stock"


def test_a_subscriber_that_lost_the_database_is_not_passed_over():
    def away(_: str) -> None:
        raise lost()

    subscribers = Subscribers()
    subscribers.add("stock", away)
    with pytest.raises(DatabaseUnavailableError):
        subscribers.tell("stock", "7")


def test_who_unsubscribed_hears_nothing_and_may_do_so_twice():
    subscribers, heard = Subscribers(), []
    unsubscribe = subscribers.add("stock", heard.append)
    unsubscribe()
    unsubscribe()
    subscribers.tell("stock", "7")
    assert heard == []


def test_after_a_gap_each_topic_is_told_once_with_an_empty_key():
    subscribers, heard = Subscribers(), []
    subscribers.add("stock", lambda key: heard.append(("stock", key)))
    subscribers.add("price", lambda key: heard.append(("price", key)))
    subscribers.tell_all()
    assert heard == [("stock", ""), ("price", "")]

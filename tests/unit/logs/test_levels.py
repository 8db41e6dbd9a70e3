import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from host.config import LogsConfig
from host.data import ChangeFeed, Database
from host.errors import ValidationError
from host.logs import configure_logging, get_logger, set_level
from host.logs.levels import TOPIC, apply_levels, follow, level_key

Lines = Callable[[], list[dict[str, Any]]]


def test_a_level_changes_what_an_existing_logger_writes(lines: Lines) -> None:
    log = get_logger("host.tried").bind(plugin="p")
    log.debug("before")
    set_level("host.tried", "debug")
    log.debug("after")
    set_level("host.tried", "NOTSET")
    log.debug("again")
    assert [line["event"] for line in lines()] == ["after"]


def test_configured_levels_come_and_go(tmp_path: Path, restored: None) -> None:
    configure_logging(LogsConfig(folder=tmp_path, level="WARNING", levels={"host.tried": "DEBUG"}), "dev")
    assert logging.getLogger("host.tried.deep").getEffectiveLevel() == logging.DEBUG
    apply_levels(LogsConfig(folder=tmp_path, level="ERROR"))
    assert logging.getLogger("host.tried.deep").getEffectiveLevel() == logging.ERROR


def test_a_wrong_level_is_named() -> None:
    with pytest.raises(ValidationError) as caught:
        level_key("host", "debgu")
    assert str(caught.value).startswith("'debgu' is not a log level. Did you mean DEBUG?")


class Feed:
    """Keeps the subscriber, to deliver by hand."""

    def subscribe(self, topic: str, call: Callable[[str], None], /) -> Callable[[], None]:
        assert topic == TOPIC
        self.deliver = call
        return lambda: None


def test_following_takes_levels_over(lines: Lines) -> None:
    feed = Feed()
    follow(feed)
    feed.deliver(level_key("host.tried", "error"))
    assert logging.getLogger("host.tried").level == logging.ERROR
    feed.deliver("")
    feed.deliver(level_key("", "CRITICAL"))
    assert logging.getLogger().level == logging.CRITICAL
    assert [(line["target"], line["new_level"]) for line in lines()] == [("host.tried", "ERROR")]


def test_the_change_feed_is_such_a_feed(tmp_path: Path) -> None:
    from host.config import DatabaseConfig

    database = Database(DatabaseConfig(), tmp_path)
    stop = follow(ChangeFeed(database))
    stop()
    database.dispose()

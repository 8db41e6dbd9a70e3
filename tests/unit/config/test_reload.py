import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from host.config import AppConfig, ConfigDiff, compare, load_config, watch_config
from host.errors import ConfigError


def test_log_levels_change_at_once_everything_else_restarts(project: Path) -> None:
    before = load_config(project)
    live = compare(before, load_config(project, cli={"logs.level": "DEBUG", "logs.levels": "host=ERROR"}))
    assert [change.name for change in live.changes] == ["logs.level", "logs.levels"]
    assert not live.restart
    graph = compare(before, load_config(project, cli={"logs.level": "DEBUG", "cache.ttl_s": 1}))
    assert graph.restart
    assert [(change.name, change.before, change.after) for change in graph.changes][1] == ("cache.ttl_s", "300", "1")


def test_equal_settings_are_no_change(project: Path) -> None:
    difference = compare(load_config(project), load_config(project))
    assert not difference
    assert not difference.restart


def test_a_changed_secret_is_seen_and_not_shown(project: Path) -> None:
    one, other = (load_config(project, cli={"security.secret_key": key}) for key in ("canary-1", "canary-2"))
    assert "canary" not in repr(compare(one, other))
    assert compare(one, other).restart


@contextmanager
def watched(config: AppConfig) -> Iterator[Queue[tuple[AppConfig, ConfigDiff] | ConfigError]]:
    seen: Queue[tuple[AppConfig, ConfigDiff] | ConfigError] = Queue()
    stop = threading.Event()
    arguments = (config, lambda new, difference: seen.put((new, difference)), seen.put)
    thread = threading.Thread(target=watch_config, args=arguments, kwargs={"stop": stop})
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join(timeout=30)
        assert not thread.is_alive()


def test_the_watch_tells_changes_and_faults_and_goes_on(project: Path) -> None:
    config = load_config(project)
    # Changed before the watch stands: it must be noticed all the same.
    (project / ".env").write_text("CACHE_TTL=1\n")
    with watched(config) as seen:
        new, difference = seen.get(timeout=30)
        assert (new.cache.ttl_s, difference.restart) == (1, True)
        (project / "config" / "base.toml").write_text("[cache\n")
        assert "config/base.toml" in str(seen.get(timeout=30))
        (project / "config" / "base.toml").write_text('[logs]\nlevel = "DEBUG"\n')
        new, difference = seen.get(timeout=30)
        assert (new.logs.level, difference.restart) == ("DEBUG", False)
    assert seen.empty()

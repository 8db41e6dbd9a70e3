from pathlib import Path

from host.config import compare, fingerprint, load_config


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
    assert fingerprint(one) != fingerprint(other)
    assert "canary" not in fingerprint(one)


def test_fingerprints_are_equal_for_equal_settings(project: Path) -> None:
    assert fingerprint(load_config(project)) == fingerprint(load_config(project))

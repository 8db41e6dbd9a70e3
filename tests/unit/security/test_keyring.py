"""The key file: made once, read again when it changes, changed by one at a time, told apart from what is none."""

import json
import logging
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from host.config import AppConfig
from host.security import PURPOSES, Keyring, KeyringError, UnknownKeyError

KEY_FILE = "keys.json"


def opened(folder: Path, env: str = "dev") -> Keyring:
    return Keyring.open(AppConfig(env=env), folder)


def secret_in(path: Path) -> str:
    secret: str = json.loads(path.read_text())["keys"][0]["secret"]
    return secret


def test_dev_makes_one_key_for_each_purpose_at_the_first_use(tmp_path: Path) -> None:
    keyring = opened(tmp_path / "var")
    assert not (tmp_path / "var").exists()
    ids = {keyring.current(purpose).id for purpose in PURPOSES}
    assert len(ids) == len(PURPOSES)
    assert {len(keyring.current(purpose).secret) for purpose in PURPOSES} == {32}
    assert stat.S_IMODE((tmp_path / "var" / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == [KEY_FILE]
    assert opened(tmp_path / "var").current("field") == keyring.current("field")


@pytest.mark.parametrize("env", ["stage", "prod"])
def test_elsewhere_a_missing_file_names_the_command(tmp_path: Path, env: str) -> None:
    keyring = opened(tmp_path, env)
    with pytest.raises(KeyringError, match="app keys init") as raised:
        keyring.current("audit")
    assert str(tmp_path / KEY_FILE) in raised.value.message
    assert not list(tmp_path.iterdir())
    keyring.init()
    assert keyring.current("audit").current
    with pytest.raises(KeyringError, match="already"):
        keyring.init()


def test_a_new_key_is_current_and_the_old_one_still_there(tmp_path: Path) -> None:
    keyring, other = opened(tmp_path), opened(tmp_path)
    old = other.current("field")
    keyring.change(lambda keys: keys.added("field")[0])
    new = other.current("field")
    assert new.id != old.id
    assert other.get("field", old.id).secret == old.secret
    assert (other.get("field", old.id).replaced is None, new.replaced) == (False, None)
    assert other.current("audit") == keyring.current("audit")


def test_a_later_key_is_known_before_it_is_used(tmp_path: Path) -> None:
    keyring = opened(tmp_path)
    old = keyring.current("field")
    later = keyring.change(lambda keys: keys.added("field", later=True)[0]).of("field")[-1]
    assert keyring.current("field").id == old.id
    keyring.change(lambda keys: keys.using("field", later.id))
    assert (keyring.current("field").id, keyring.get("field", old.id).current) == (later.id, False)


def test_the_current_key_cannot_be_removed_and_an_old_one_can(tmp_path: Path) -> None:
    keyring = opened(tmp_path)
    old = keyring.current("field").id
    with pytest.raises(KeyringError, match="is current"):
        keyring.change(lambda keys: keys.without("field", old))
    keyring.change(lambda keys: keys.added("field")[0].without("field", old))
    with pytest.raises(UnknownKeyError, match=old):
        keyring.get("field", old)


def test_a_key_of_one_purpose_serves_no_other(tmp_path: Path) -> None:
    keyring = opened(tmp_path)
    with pytest.raises(UnknownKeyError):
        keyring.get("audit", keyring.current("field").id)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not JSON"),
        ("[]", "format 1"),
        ('{"format": 2, "keys": []}', "format 1"),
        ('{"format": 1, "keys": []}', "0 keys for audit are current"),
        ('{"format": 1, "keys": [{"id": "a"}]}', "entry 1"),
    ],
)
def test_what_is_no_key_file_is_named_with_a_remedy(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / KEY_FILE).write_text(text)
    with pytest.raises(KeyringError, match=problem) as raised:
        opened(tmp_path).current("field")
    assert "Restore the file" in raised.value.remedy
    assert (tmp_path / KEY_FILE).read_text() == text


def test_a_damaged_secret_is_named_and_never_shown(tmp_path: Path) -> None:
    keyring = opened(tmp_path)
    secret = keyring.current("field").secret
    path = tmp_path / KEY_FILE
    found = json.loads(path.read_text())
    damaged = found["keys"][0]["secret"] = found["keys"][0]["secret"][:-8]
    path.write_text(json.dumps(found))
    with pytest.raises(KeyringError, match="entry 1") as raised:
        opened(tmp_path).current("field")
    assert damaged not in repr(raised.value) + str(raised.value.__cause__) + str(raised.value.__context__)
    assert secret not in repr(keyring.keys()).encode()
    assert "secret" not in repr(keyring.current("field"))


def test_keys_known_so_far_outlive_a_damaged_file(tmp_path: Path) -> None:
    keyring = opened(tmp_path)
    known = keyring.keys()
    for damage in (lambda: (tmp_path / KEY_FILE).write_text("{"), (tmp_path / KEY_FILE).unlink):
        damage()
        assert keyring.keys() == known
    assert not (tmp_path / KEY_FILE).exists()
    (tmp_path / KEY_FILE).write_text(known.added("field")[0].text())
    assert len(keyring.keys().of("field")) == 2


def test_a_file_that_others_may_read_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    opened(tmp_path).keys()
    assert "chmod" not in caplog.text
    (tmp_path / KEY_FILE).chmod(0o644)
    opened(tmp_path).keys()
    assert f"chmod 600 {tmp_path / KEY_FILE}" in caplog.text


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder")
    with pytest.raises(KeyringError, match="set security"):
        opened(tmp_path / "var").current("field")


ADDING = """
import pathlib, sys
from host.config import AppConfig
from host.security import Keyring
keyring = Keyring.open(AppConfig(), pathlib.Path(sys.argv[1]))
for _ in range(10):
    keyring.change(lambda keys: keys.added("field")[0])
"""


def test_processes_that_add_keys_at_once_lose_none(tmp_path: Path) -> None:
    started = [subprocess.Popen([sys.executable, "-c", ADDING, str(tmp_path)]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0] * 3
    keys = opened(tmp_path).keys()
    assert len(keys.of("field")) == 31
    assert [key.current for key in keys.of("field")].count(True) == 1


def test_threads_at_the_first_use_report_no_missing_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keyring, both = opened(tmp_path), threading.Barrier(8)
    looked = keyring._stamp

    def together() -> object:
        found = looked()
        if found is None and not both.broken:
            with suppress(threading.BrokenBarrierError):
                both.wait(1)
        return found

    keyring._stamp = together  # type: ignore[method-assign,assignment]
    with caplog.at_level(logging.ERROR), ThreadPoolExecutor(8) as pool:
        ids = {key.id for key in pool.map(lambda _: keyring.current("audit"), range(8))}
    assert len(ids) == 1
    assert caplog.records == []

"""Runs at the same time keep their names, modules and working directories apart."""

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Thread

import pytest

from plugins.scripts.errors import script_error
from plugins.scripts.folder import available, working_in
from plugins.scripts.modules import PREFIX, ScriptFolder
from plugins.scripts.running import ScriptRun, running
from plugins.scripts.source import compile_module


def write(folder: Path, **files: str) -> ScriptFolder:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return ScriptFolder.of(folder)


def execute(run: ScriptRun) -> dict[str, object]:
    with run.entered():
        exec(compile_module(run.file), vars(run.namespace))
    return vars(run.namespace)


def test_each_of_two_runs_at_once_pickles_its_own_class(tmp_path):
    folder = write(
        tmp_path / "p", main="class Thing:\n    pass\nmeet.wait()\ncopy = pickle.loads(pickle.dumps(Thing()))\n"
    )
    meet = Barrier(2)

    def one(_: int) -> bool:
        run = ScriptRun(folder.root / "main.py", folder)
        vars(run.namespace).update(meet=meet, pickle=pickle)
        names = execute(run)
        return type(names["copy"]) is names["Thing"]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(one, range(2))) == [True, True]


def test_same_named_modules_at_once(tmp_path):
    folders = [
        write(tmp_path / name, utils=f"NAME = {name!r}\n", main="import utils\nfrom utils import NAME\n")
        for name in "ab"
    ]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda each: execute(ScriptRun(each.root / "main.py", each)), folders * 8))
    assert [(names["NAME"], names["utils"].NAME) for names in found] == [("a", "a"), ("b", "b")] * 8
    assert "utils" not in sys.modules
    assert not [entry for entry in sys.path if str(tmp_path) in entry]


def test_module_of_the_folder_wins_over_an_installed_one_but_not_over_the_standard_library(tmp_path):
    folder = write(tmp_path / "w", tomlkit="MINE = True\n", json="MINE = True\n", main="import tomlkit, json\n")
    names = execute(ScriptRun(folder.root / "main.py", folder))
    assert names["tomlkit"].MINE
    assert not hasattr(names["json"], "MINE")


def test_data_folder_does_not_hide_an_installed_package(tmp_path):
    folder = write(tmp_path / "d", main="import pluggy\n")
    (folder.root / "pluggy").mkdir()
    assert hasattr(execute(ScriptRun(folder.root / "main.py", folder))["pluggy"], "PluginManager")


def test_no_byte_code_is_left_beside_a_module(tmp_path):
    folder = write(tmp_path / "b", helper="X = 1\n", main="import helper\n")
    execute(ScriptRun(folder.root / "main.py", folder))
    assert not list(folder.root.rglob("__pycache__"))


def test_missing_submodule_is_reported_by_the_scripts_own_name(tmp_path):
    folder = write(tmp_path / "m", helper="import helper.deeper\n", main="import helper\n")
    with pytest.raises(ModuleNotFoundError) as caught:
        execute(ScriptRun(folder.root / "main.py", folder))
    error = script_error(caught.value, folder.root / "main.py", folder.root, folder.alias)
    assert PREFIX not in error.message
    assert error.message.startswith("helper.py, line 1: ModuleNotFoundError: No module named 'helper.deeper'")


def test_callback_enters_the_run_that_made_it(tmp_path):
    folder = write(tmp_path / "c", main="x = 1\n")
    run = ScriptRun(folder.root / "main.py", folder)
    assert running() is None
    assert run.bound(running)() is run
    assert running() is None


@pytest.mark.skipif(not available(), reason="the kernel refuses unshare(CLONE_FS) here")
def test_working_directories_at_once(tmp_path):
    meet, before = Barrier(2), Path.cwd()
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "file.txt").write_text(name)

    def one(name: str) -> tuple[str, str, str]:
        with working_in(tmp_path / name):
            meet.wait()
            read = Path("file.txt").read_text()
            child = subprocess.run(["/bin/pwd"], capture_output=True, text=True, check=True).stdout.strip()
            return read, str(Path.cwd()), child

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(one, "ab"))
    assert found == [(name, str(tmp_path / name), str(tmp_path / name)) for name in "ab"]
    assert Path.cwd() == before


@pytest.mark.skipif(not available(), reason="the kernel refuses unshare(CLONE_FS) here")
def test_thread_of_a_script_keeps_the_scripts_directory(tmp_path):
    seen: list[Path] = []
    after = Barrier(2)

    def later() -> None:
        after.wait()
        seen.append(Path.cwd())

    def script() -> None:
        with working_in(tmp_path):
            thread = Thread(target=later)
            thread.start()
        after.wait()
        thread.join()
        seen.append(Path.cwd())

    before = Path.cwd()
    runner = Thread(target=script)
    runner.start()
    runner.join()
    assert seen == [tmp_path, before]


def test_without_own_directories_open_still_finds_the_scripts_files(tmp_path, monkeypatch):
    monkeypatch.setattr("plugins.scripts.folder.available", lambda: False)
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "note.txt").write_text("beside")
    folder = write(
        tmp_path / "o",
        helper="def read():\n    return open('note.txt').read()\n",
        main="import helper\ntext = helper.read()\n",
    )
    assert execute(ScriptRun(folder.root / "main.py", folder))["text"] == "beside"

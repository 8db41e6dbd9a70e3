"""The wheel alone, in an empty environment and an empty folder: `app init`, `app run`, a page."""

import json
import re
import shutil
import signal
import subprocess
import urllib.request

import pytest

from tests.environments import CHECKOUT, Environment, build_wheel, make_environment


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    made = make_environment(folder)
    made.install(build_wheel(CHECKOUT, folder / "dist"))
    return made


def test_ships_every_data_file_of_the_packages(environment: Environment) -> None:
    (packages,) = (environment.folder / "lib").glob("python*/site-packages")
    tracked = subprocess.run(
        ["git", "ls-files", "host", "plugins"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not tracked:
        tracked = [str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "plugins").rglob("*.toml")]
    assert [name for name in tracked if not (packages / name).is_file()] == []
    assert (packages / "host/_data/migrations/versions/0001_host_tables.py").is_file()


def test_init_and_run_serve_the_app_without_the_checkout(environment: Environment) -> None:
    where = environment.run("python", "-c", "import host; print(host.__file__)")
    assert str(environment.folder) in where.stdout

    started = environment.run("app", "init")
    assert started.returncode == 0, started.stderr
    assert (environment.home / "plugins.toml").is_file()
    assert (environment.home / "config" / "base.toml").is_file()

    listing = environment.run("app", "plugins", "list", "--json")
    assert listing.returncode == 0, listing.stderr

    process = subprocess.Popen(
        [shutil.which("app", path=str(environment.folder / "bin")) or "app", "run", "--port", "0"],
        cwd=environment.home, env=environment.variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        address = _address(process)
        with urllib.request.urlopen(f"{address}/healthz", timeout=30) as answer:
            health = json.load(answer)
        assert health["status"] == "ok", health
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert "<title>" in answer.read().decode()
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    seen: list[str] = []
    for line in process.stdout:
        seen.append(line)
        found = re.search(r"ready: (http://\S+)", line)
        if found:
            return found.group(1)
    raise AssertionError("".join(seen))

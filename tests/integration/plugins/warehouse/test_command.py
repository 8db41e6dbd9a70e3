"""``app warehouse import`` as a real process: exit codes, JSON, and a kill halfway that loses nothing."""

import json
import signal
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import func, select

from host import Database
from host.config import DatabaseConfig
from plugins.warehouse.import_models import Import, ImportRow
from plugins.warehouse.importing.imports import RUNNING
from plugins.warehouse.models import Article
from tests.effort import effort
from tests.integration.plugins.warehouse.house import House, acting, principal
from tests.integration.serving import APP, environment, until

BAD = "Nr;Name\nA;Äpfel\n;Birnen\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder with the warehouse in it."""
    (tmp_path / "plugins.toml").write_text("[plugins.warehouse]\n")
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    names = environment(project, LANG="C.UTF-8", DATABASE_URL="sqlite:///stock.db")
    return subprocess.run([*APP, *arguments], cwd=project, env=names, capture_output=True, text=True, check=False)


def test_exit_codes_and_reasons(project: Path) -> None:
    (project / "bad.csv").write_text(BAD)
    (project / "good.csv").write_text("Nr;Name\nB;Birnen\n")
    (project / "none.csv").write_text("Farbe\nrot\n")
    refused = run(project, "warehouse", "import", "bad.csv")
    assert (refused.returncode, "line 3, Nr" in refused.stderr) == (1, True), refused
    kept = run(project, "warehouse", "import", "bad.csv", "--keep-good", "--json")
    assert kept.returncode == 2, kept
    told = json.loads(kept.stdout)
    assert (told["state"], told["created"], told["rows_bad"], told["bad"][0]["line"]) == ("applied", 1, 1, 3)
    assert run(project, "warehouse", "import", "good.csv").returncode == 0
    nothing = run(project, "warehouse", "import", "none.csv")
    assert (nothing.returncode, "no column Artikelnummer" in nothing.stderr) == (3, True), nothing


@pytest.mark.parametrize("staged_rows", effort(short=[2_000], long=list(range(0, 40_000, 2_000))))
def test_a_kill_halfway_loses_and_doubles_nothing(project: Path, staged_rows: int) -> None:
    rows = 60_000
    (project / "large.csv").write_text("Nr;Name\n" + "".join(f"N{number};Artikel {number}\n" for number in range(rows)))
    assert run(project, "db", "migrate").returncode == 0
    names = environment(project, LANG="C.UTF-8", DATABASE_URL="sqlite:///stock.db")
    process = subprocess.Popen(
        [*APP, "warehouse", "import", "large.csv"], cwd=project, env=names, stdout=subprocess.DEVNULL
    )
    database = Database(DatabaseConfig(url="sqlite:///stock.db"), project / "var")

    def halfway() -> bool:
        with database.begin(readonly=True) as unit:
            return (unit.session.scalar(select(Import.rows_good)) or 0) > staged_rows

    until(halfway, "some rows are staged")
    process.send_signal(signal.SIGKILL)
    process.wait()
    with acting(principal()):
        house = House(database, project / "var")
        stopped = house.imports.unfinished()[0]
        with database.begin(readonly=True) as unit:
            staged = unit.session.scalar(select(func.count()).select_from(ImportRow))
        assert stopped.state in RUNNING
        assert (0 < stopped.rows_good < rows, staged) == (True, stopped.rows_good)
        done = house.run(stopped)
        assert (done.state, done.created, done.rows_bad) == ("applied", rows, 0)
        with database.begin(readonly=True) as unit:
            assert unit.session.scalar(select(func.count()).select_from(Article)) == rows
    database.dispose()

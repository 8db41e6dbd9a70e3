"""Starts the campaigns' processes, and ends what is left of them."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from host.config import DatabaseConfig
from host.data import Database, Migrator, host_target
from tests.environments import CHECKOUT
from tests.integration.data.campaigns.accounts import Base, audited

DEADLINE_S = 900


@dataclass
class Worker:
    """One process of a campaign."""

    process: subprocess.Popen[str]

    def result(self) -> Any:
        """Wait for its good end and return what it said."""
        out, error = self.process.communicate(timeout=DEADLINE_S)
        assert self.process.returncode == 0, error
        return json.loads(out)

    def kill(self) -> None:
        """End it as it stands."""
        self.process.kill()
        self.process.communicate()


Start = Callable[..., Worker]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a module of the campaigns with a database and more words."""
    workers: list[Worker] = []

    def run(module: str, config: DatabaseConfig, **told: Any) -> Worker:
        argument = json.dumps([config.model_dump(mode="json"), str(tmp_path), told])
        command = [sys.executable, "-m", f"tests.integration.data.campaigns.{module}", argument]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=CHECKOUT)
        workers.append(Worker(process))
        return workers[-1]

    yield run
    for worker in workers:
        worker.kill()


@pytest.fixture
def campaign(database_config: DatabaseConfig, tmp_path: Path) -> Iterator[Database]:
    """Each database in turn, with the host's tables, the campaigns' own, and the audit."""
    opened = prepared(database_config, tmp_path)
    yield opened
    opened.dispose()


def prepared(config: DatabaseConfig, folder: Path) -> Database:
    """Return an empty database with all tables, opened as a running app opens it."""
    opened = audited(config, folder)
    Migrator(opened, [host_target()]).upgrade()
    Base.metadata.create_all(opened.single)
    return opened

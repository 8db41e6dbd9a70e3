"""Attempts that reach several processes at once are counted as exactly as in one."""

import json
import subprocess
import sys
from pathlib import Path

from host import Database
from host.config import DatabaseConfig
from host.data import Migrator
from tests.attacks import attack
from tests.integration.plugins.auth.test_schema import TARGET

PROCESSES, EACH = 5, 10
_CHILD = """
import json, sys
from pathlib import Path
from host import Credentials, Database
from host.config import DatabaseConfig
from plugins.auth.services.lanes import password_lanes
from plugins.auth.services.lockout import Lockout

config, folder, times = json.loads(sys.argv[1])
lockout = Lockout(Database(DatabaseConfig(**config), Path(folder)))
lanes = password_lanes("anna", Credentials(client="192.0.2.7"), known_device=False)
print("ready", flush=True)
sys.stdin.readline()
print(sum(lockout.count(lanes) == 0 for _ in range(times)), flush=True)
"""


@attack(
    "guesses are spread over five processes",
    "together they let as many pass as one",
)
def test_five_processes_let_five_attempts_pass(
    empty_database: Database, database_config: DatabaseConfig, tmp_path: Path
) -> None:
    Migrator(empty_database, [TARGET]).upgrade()
    argument = json.dumps([database_config.model_dump(), str(tmp_path), EACH])
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", _CHILD, argument]
    children = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(PROCESSES)]
    try:
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        for child in children:
            assert child.stdin is not None
            child.stdin.write("\n")
            child.stdin.flush()
        passed = [int(child.communicate(timeout=60)[0]) for child in children]
    finally:
        for child in children:
            child.kill()
            child.wait()
    assert sum(passed) == 5

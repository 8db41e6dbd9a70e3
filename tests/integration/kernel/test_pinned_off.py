"""A built-in plugin that the environment pins off leaves nothing behind: no module, page, route, command or table."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.serving import APP, environment

BOOT = """
import json, sys
from host.kernel.boot import boot
application = boot("web")
with application.host.database().begin(readonly=True) as unit:
    from sqlalchemy import inspect
    tables = inspect(unit.session.connection()).get_table_names()
print(json.dumps({
    "modules": [name for name in sys.modules if name.startswith("plugins.warehouse")],
    "pages": list(application.pages),
    "routes": [owned.plugin for owned in application.routes],
    "commands": [owned.plugin for owned in application.commands],
    "tables": tables,
}))
application.close()
"""


def _run(root: Path, *command: str, **more: str) -> str:
    done = subprocess.run(command, env=environment(root, **more), cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("pinned", [True, False])
def test_warehouse(tmp_path: Path, *, pinned: bool) -> None:
    more = {"FEATURE_WAREHOUSE": "false"} if pinned else {}

    found = json.loads(_run(tmp_path, sys.executable, "-c", BOOT, **more).splitlines()[-1])
    shown = json.loads(_run(tmp_path, *APP, "plugins", "show", "warehouse", "--json", **more))
    help_text = _run(tmp_path, *APP, "--help", **more)

    traces = [name for names in found.values() for name in names if "warehouse" in name]
    assert bool(traces) is not pinned
    assert all(bool([name for name in names if "warehouse" in name]) is not pinned for names in found.values())
    assert ("warehouse" in help_text) is not pinned
    assert (shown["decided_by"], shown["state"]) == (("pinned", "off") if pinned else ("plugins.toml", "active"))

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("host.config", {"structlog", "sqlalchemy", "streamlit", "watchfiles", "plugins"}),
        ("host.logs", {"sqlalchemy", "streamlit", "plugins"}),
        ("host.cli.config", {"pydantic", "structlog", "sqlalchemy", "streamlit", "plugins"}),
        ("host.cli.log", {"pydantic", "structlog", "sqlalchemy", "streamlit", "plugins"}),
        ("host.cli.errors", {"structlog", "sqlalchemy", "streamlit", "plugins"}),
    ],
)
def test_imports_stay_light(module: str, forbidden: set[str]) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert forbidden & set(loaded) == set()

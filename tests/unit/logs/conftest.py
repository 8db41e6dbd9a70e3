import json
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from host.config import LogsConfig
from host.logs import configure_logging
from host.logs.files import log_files


@pytest.fixture
def restored() -> Iterator[None]:
    """Put handlers, levels and hooks back as they were."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, threading.excepthook
    yield
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)
    threading.excepthook = hook
    logging.captureWarnings(capture=False)
    for name in ("host.tried", "host.tried.deep", "foreign"):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def lines(tmp_path: Path, restored: None) -> Callable[[], list[dict[str, Any]]]:
    """Configure logs as in dev, and read back what was written to files."""
    configure_logging(LogsConfig(folder=tmp_path), "dev")
    return lambda: [json.loads(line) for path in log_files(tmp_path) for line in path.read_text().splitlines()]

"""One web process for the attacks of a module, on a project folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.serving import WebUnderTest

MAX_FRAME_BYTES = 100_000
MAX_FRAMES_PER_S = 50
LOCAL_ONLY = {"FEATURE_AUTH": "false"}
"""Without sign-in: everybody is the one local person."""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebUnderTest]:
    """A serving web process with small limits."""
    root: Path = tmp_path_factory.mktemp("project")
    limits = {"server.max_frame_bytes": MAX_FRAME_BYTES, "server.max_frames_per_s": MAX_FRAMES_PER_S}
    process = WebUnderTest(root, LOCAL_ONLY, **limits)
    try:
        assert process.ready.get("ready"), (process.ready, process.log.read_text(encoding="utf-8")[-3000:])
        yield process
    finally:
        process.close()


@pytest.fixture(scope="module")
def port(web: WebUnderTest) -> int:
    """Its port."""
    return web.port

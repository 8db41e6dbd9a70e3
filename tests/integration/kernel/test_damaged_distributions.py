"""A distribution whose metadata can't be read hides its own plugins only, from the start and from the commands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from host.cli.plugin_groups import plugin_groups
from host.kernel.application import Application
from host.kernel.locate import GROUP
from host.testing.distributions import TemporaryDistributions
from tests.integration.kernel.bad_plugins import GOOD

METADATA = "Metadata-Version: 2.1\nName: acme-bad\nVersion: 1.0\n"
ENTRY = f"[{GROUP}]\nbad = acme_bad.plugin:plugin\n"


@pytest.mark.parametrize(
    ("metadata", "entry_points"),
    [
        (METADATA, f"[{GROUP}]\nno equals sign\n".encode()),
        (METADATA, ENTRY.encode() + b"\xff = \xfe"),
        (None, ENTRY.encode()),
        ("Name: acme-bad\n", ENTRY.encode()),
        (None, None),
    ],
    ids=["no-entry", "no-text", "no-metadata", "no-version", "empty-folder"],
)
def test_hides_its_own_plugins_only(
    metadata: str | None,
    entry_points: bytes | None,
    distributions: TemporaryDistributions,
    project: Path,
    start: Callable[..., Application],
) -> None:
    manifest = '[plugin]\nhost = ">=1.0,<2"\ncommands = { good = "Good" }\n'
    distributions.add("acme-good", {"good": {**GOOD, "plugin.toml": manifest}})
    info = distributions.folder / "acme_bad-1.0.dist-info"
    info.mkdir()
    if metadata is not None:
        (info / "METADATA").write_text(metadata)
    if entry_points is not None:
        (info / "entry_points.txt").write_bytes(entry_points)
    (project / "plugins.toml").write_text("[plugins.good]\n[plugins.bad]\n")

    application = start()

    assert "good" in application.plugins
    row = application.report.row("bad")
    assert row is not None
    assert row.state == "missing"
    assert "good" in {group.plugin for group in plugin_groups()}

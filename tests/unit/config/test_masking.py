from pathlib import Path

import pytest

from host.config import explain_config
from host.config.masking import mask_url


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("postgresql://u:p@h/db", "postgresql://u:********@h/db"),
        ("postgresql://u@h/db", "postgresql://u@h/db"),
        ("postgresql://h/db?user=u&password=p&x=1", "postgresql://h/db?user=u&password=********&x=1"),
        ("sqlite:///holdfast.db", "sqlite:///holdfast.db"),
    ],
)
def test_passwords_in_urls_are_masked(url: str, masked: str) -> None:
    assert mask_url(url) == masked


def test_no_row_and_no_fault_shows_a_secret(production: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary-1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:canary-2@h/db?password=canary-3")
    explained = explain_config(production)
    assert "CFG-SECRET-WEAK" in {fault.code for fault in explained.faults}
    assert "canary" not in repr((explained.rows, explained.faults))
    assert "canary-1" not in repr(explained.built)

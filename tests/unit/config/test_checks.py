from pathlib import Path

import pytest

from host.config import explain_config


def codes(root: Path) -> list[str]:
    return [fault.code for fault in explain_config(root).faults]


def test_production_in_order_is_accepted(production: Path) -> None:
    assert codes(production) == []


@pytest.mark.parametrize(
    ("variable", "text", "code"),
    [
        ("DEBUG", "true", "CFG-PROD-DEBUG"),
        ("SECRET_KEY", "", "CFG-SECRET-MISSING"),
        ("SECRET_KEY", "short-but-varied-1234", "CFG-SECRET-WEAK"),
        ("SECRET_KEY", "changeme" * 8, "CFG-SECRET-WEAK"),
        ("APP_SERVER__ALLOWED_HOSTS", "app.example,*", "CFG-PROD-HOSTS"),
        ("APP_SERVER__ALLOWED_HOSTS", ",", "CFG-PROD-HOSTS"),
        ("APP_SERVER__ALLOWED_ORIGINS", "*", "CFG-PROD-ORIGINS"),
        ("APP_SERVER__TRUSTED_PROXIES", "0.0.0.0/0", "CFG-PROD-PROXIES"),
        ("APP_SERVER__TRUSTED_PROXIES", "*", "CFG-PROD-PROXIES"),
        ("APP_SERVER__HOST", "0.0.0.0", "CFG-PROD-TLS"),
        ("APP_SERVER__REPLICAS", "2", "CFG-PROD-SQLITE-REPLICAS"),
        ("BCRYPT_ROUNDS", "8", "CFG-PROD-BCRYPT"),
    ],
)
def test_production_refuses(
    production: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str, code: str
) -> None:
    monkeypatch.setenv(variable, text)
    (fault,) = explain_config(production).faults
    assert fault.code == code
    assert fault.fix
    monkeypatch.setenv("ENV", "dev")
    assert codes(production) == []


def test_production_refuses_a_secret_in_a_shared_file(production: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    (production / "config" / "prod.toml").write_text('[security]\nsecret_key = "k9XvQ2mLr7TzWc4HnB8sYd3FgJ6pAe5U"\n')
    (fault,) = explain_config(production).faults
    assert (fault.code, fault.where) == ("CFG-SECRET-IN-FILE", "config/prod.toml:2")


def test_stage_needs_a_key_of_its_own(production: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENV", "stage")
    monkeypatch.setenv("DEBUG", "true")
    assert codes(production) == []
    monkeypatch.delenv("SECRET_KEY")
    assert codes(production) == ["CFG-SECRET-MISSING"]


def test_replicas_with_a_server_are_fine(production: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_SERVER__REPLICAS", "2")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@h/db")
    assert codes(production) == []


def test_an_unusable_value_is_not_reported_twice(production: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (production / "config" / "prod.toml").write_text("[security]\nsecret_key = 5\n")
    monkeypatch.delenv("SECRET_KEY")
    assert codes(production) == ["CFG-VALUE"]

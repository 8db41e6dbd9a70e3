from pathlib import Path

import pytest

from host.config import explain_config, load_config
from host.config.fields import SHORT_NAMES, setting_fields
from host.config.masking import as_text


def row(root: Path, name: str, **cli: object) -> tuple[str, str, str]:
    explained = explain_config(root, cli=cli)
    assert explained.faults == ()
    found = next(row for row in explained.rows if row.name == name)
    return found.value, found.layer, found.where


def test_each_layer_wins_over_the_one_below(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = project / "secrets"
    secrets.mkdir()
    seen = [row(project, "cache.ttl_s")]
    (project / "config" / "base.toml").write_text("[cache]\nttl_s = 1\n")
    seen.append(row(project, "cache.ttl_s"))
    (project / "config" / "dev.toml").write_text("# why\n[cache]\nttl_s = 2\n")
    seen.append(row(project, "cache.ttl_s"))
    (project / ".env").write_text("OTHER=1\nCACHE_TTL=3\n")
    seen.append(row(project, "cache.ttl_s"))
    monkeypatch.setenv("CACHE_TTL", "4")
    seen.append(row(project, "cache.ttl_s"))
    monkeypatch.setenv("APP_SECRETS_DIR", str(secrets))
    (secrets / "cache_ttl").write_text("5\n")
    seen.append(row(project, "cache.ttl_s"))
    seen.append(row(project, "cache.ttl_s", **{"cache.ttl_s": 6}))
    assert seen == [
        ("300", "default", "default"),
        ("1", "config/base.toml", "config/base.toml:2"),
        ("2", "config/dev.toml", "config/dev.toml:3"),
        ("3", ".env", ".env:2"),
        ("4", "environment", "environment variable CACHE_TTL"),
        ("5", "secret files", f"secret file {secrets / 'cache_ttl'}"),
        ("6", "command line", "command line, cache.ttl_s"),
    ]


@pytest.mark.parametrize("layer", ["environment", "dotenv", "secret"])
@pytest.mark.parametrize("variable", ["ENV", "APP_ENV"])
def test_any_text_layer_chooses_the_environment_file(
    project: Path, monkeypatch: pytest.MonkeyPatch, layer: str, variable: str
) -> None:
    (project / "config" / "stage.toml").write_text("[cache]\nttl_s = 7\n")
    monkeypatch.setenv("SECRET_KEY", "k9XvQ2mLr7TzWc4HnB8sYd3FgJ6pAe5U")
    if layer == "environment":
        monkeypatch.setenv(variable, "stage")
    elif layer == "dotenv":
        (project / ".env").write_text(f"{variable}=stage\n")
    else:
        monkeypatch.setenv("APP_SECRETS_DIR", str(project / "s"))
        (project / "s").mkdir()
        (project / "s" / variable).write_text("stage")
    assert load_config(project).cache.ttl_s == 7


def test_every_setting_has_a_variable_that_sets_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {field.name: as_text(field.default) for field in setting_fields().values()}
    for field in setting_fields().values():
        monkeypatch.setenv(field.long_variable, given[field.name])
    monkeypatch.delenv("APP_SECURITY__SECRET_KEY")
    explained = explain_config(project)
    assert explained.faults == ()
    unset = {"security.secret_key", "logs.levels", *(name for name, text in given.items() if not text)}
    found = {row.name: row.where for row in explained.rows if row.name not in unset}
    assert found == {
        field.name: f"environment variable {field.long_variable}"
        for field in setting_fields().values()
        if field.name not in unset
    }


def test_dotenv_may_name_the_folder_of_secrets(project: Path) -> None:
    (project / ".env").write_text("APP_SECRETS_DIR=secrets\n")
    (project / "secrets").mkdir()
    (project / "secrets" / "CACHE_TTL").write_text("11")
    assert load_config(project).cache.ttl_s == 11


def test_short_names_are_accepted(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "DEBUG": "true",
        "DATABASE_URL": "postgresql://u@h/db",
        "CACHE_TTL": "9",
        "JOB_MAX_WORKERS": "3",
        "DB_POOL_SIZE": "8",
        "SECRET_KEY": "abc",
        "SESSION_TIMEOUT": "600",
        "BCRYPT_ROUNDS": "13",
        "ENV": "dev",
    }
    for name, text in given.items():
        monkeypatch.setenv(name, text)
    config = load_config(project)
    assert set(given) == set(SHORT_NAMES.values())
    assert (config.debug, config.database.url, config.cache.ttl_s) == (True, "postgresql://u@h/db", 9)
    assert (config.jobs.max_workers, config.database.pool_size) == (3, 8)
    assert (config.security.session_timeout_s, config.security.bcrypt_rounds) == (600, 13)
    assert config.security.secret_key.get_secret_value() == "abc"


def test_lists_and_tables_from_variables(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "config" / "base.toml").write_text('[logs.levels]\n"host.data" = "ERROR"\nuvicorn = "WARNING"\n')
    monkeypatch.setenv("APP_SERVER__ALLOWED_HOSTS", "a.example, b.example")
    monkeypatch.setenv("APP_LOGS__LEVELS", "host.data=debug")
    config = load_config(project)
    assert config.server.allowed_hosts == ("a.example", "b.example")
    assert config.logs.levels == {"host.data": "DEBUG", "uvicorn": "WARNING"}
    assert row(project, "logs.levels.host.data")[1] == "environment"
    assert row(project, "logs.levels.uvicorn")[1:] == ("config/base.toml", "config/base.toml:3")


def test_an_empty_variable_counts_as_unset(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CACHE_TTL", "")
    assert row(project, "cache.ttl_s") == ("300", "default", "default")


def test_a_dollar_in_dotenv_means_itself(project: Path) -> None:
    (project / ".env").write_text("SECRET_KEY='a${HOME}b'\n")
    assert load_config(project).security.secret_key.get_secret_value() == "a${HOME}b"


def test_a_folder_without_files_uses_the_packaged_ones(tmp_path: Path, project: Path) -> None:
    for path in (project / "config").iterdir():
        path.unlink()
    explained = explain_config(project)
    assert explained.config.debug is True
    assert next(row for row in explained.rows if row.name == "debug").where.endswith("config/dev.toml:2")


def test_paths_are_absolute_below_the_project(project: Path) -> None:
    config = load_config(project, cli={"data_dir": "data"})
    assert (config.root, config.data_dir, config.logs.folder) == (project, project / "data", project / "data" / "log")


def test_the_model_alone_reads_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from host.config import AppConfig

    monkeypatch.setenv("DEBUG", "true")
    monkeypatch.setenv("CACHE", '{"ttl_s": 1}')
    assert AppConfig().debug is False
    assert AppConfig().cache.ttl_s == 300


def test_frozen(project: Path) -> None:
    config = load_config(project)
    with pytest.raises(ValueError, match="frozen"):
        config.debug = True
    with pytest.raises(ValueError, match="frozen"):
        config.server.port = 1

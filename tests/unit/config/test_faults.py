from pathlib import Path

import pytest

from host.config import Fault, explain_config, load_config
from host.errors import ConfigError


def faults(root: Path) -> dict[str, Fault]:
    return {fault.code: fault for fault in explain_config(root).faults}


def test_five_wrong_settings_give_five_faults_at_once(production: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_POOL_SIZE", "many")
    monkeypatch.setenv("APP_SERVER__PROT", "80")
    monkeypatch.setenv("DEBUG", "true")
    (production / "config" / "base.toml").write_text('[cache]\nttl_s = "5"\ntll = 1\n')
    with pytest.raises(ConfigError) as caught:
        load_config(production)
    assert caught.value.faults == [
        "CFG-UNKNOWN: cache.tll is not a setting (config/base.toml:3). Did you mean cache.ttl_s?",
        "CFG-UNKNOWN: APP_SERVER__PROT is not a setting (environment variable APP_SERVER__PROT). "
        "Did you mean APP_SERVER__PORT?",
        "CFG-VALUE: database.pool_size should be a valid integer, not 'many' (environment variable DB_POOL_SIZE). "
        "Correct it, or remove it for the default, 5.",
        "CFG-VALUE: cache.ttl_s should be a valid integer, not '5' (config/base.toml:2). "
        "Correct it, or remove it for the default, 300.",
        "CFG-PROD-DEBUG: debug is on in production (environment variable DEBUG). Set DEBUG=false.",
    ]
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("debug = 1", "debug should be a valid boolean"),
        ("title = 5", "title should be a valid string"),
        ("[cache]\nttl_s = true", "cache.ttl_s should be a valid integer"),
        ("[cache]\nttl_s = 1.0", "cache.ttl_s should be a valid integer"),
        ('[server]\nallowed_hosts = "a"', "server.allowed_hosts should be a valid tuple"),
        ("[server]\nallowed_hosts = [1]", "server.allowed_hosts should be a valid string"),
        ('theme = "blue"', "theme should be 'auto', 'light' or 'dark'"),
        ("[server.port]\nx = 1", "server.port should be a valid integer"),
        ('[logs.levels]\nhost = "LOUD"', "logs.levels.host should be"),
        ('[server]\nallowed_origins = ["app.example.com"]', "should be origins such as"),
        ('[server]\ntrusted_proxies = ["10.0.0.0/99"]', "should be addresses or networks"),
        ('[database]\nurl = "mysql://u:hunter2@h/d"', "should begin with sqlite:///, postgresql://"),
    ],
)
def test_values_are_checked_strictly(project: Path, text: str, said: str) -> None:
    (project / "config" / "base.toml").write_text(text + "\n")
    (fault,) = explain_config(project).faults
    assert fault.code == "CFG-VALUE"
    assert said in fault.what
    assert "hunter2" not in str(fault)
    assert fault.where.startswith("config/base.toml:")


@pytest.mark.parametrize("text", ["server = 5", "[servr]\nport = 1", "[servr]", "[[server]]\nport = 1"])
def test_a_name_that_is_no_setting_is_refused(project: Path, text: str) -> None:
    (project / "config" / "base.toml").write_text(text + "\n")
    (fault,) = explain_config(project).faults
    assert fault.code == "CFG-UNKNOWN"


def test_an_empty_section_is_fine(project: Path) -> None:
    (project / "config" / "base.toml").write_text("[server]\n")
    assert explain_config(project).faults == ()


@pytest.mark.parametrize("content", [b"debug = ", b"\xff\xfe", b"a = 1\na = 2\n"])
def test_a_file_that_cannot_be_read_is_named(project: Path, content: bytes) -> None:
    (project / "config" / "dev.toml").write_bytes(content)
    fault = faults(project)["CFG-FILE"]
    assert fault.where == "config/dev.toml"


def test_a_bad_line_of_dotenv_is_named(project: Path) -> None:
    (project / ".env").write_text("DEBUG=true\nthis is no assignment 'x\n")
    assert faults(project)["CFG-FILE"].where == ".env:2"


def test_a_dotenv_that_is_a_folder_is_named(project: Path) -> None:
    (project / ".env").mkdir()
    assert faults(project)["CFG-FILE"].where == ".env"


def test_unknown_environment_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENV", "production")
    (fault,) = explain_config(project).faults
    assert fault.what == "env should be 'dev', 'stage' or 'prod', not 'production'"


def test_two_names_of_one_setting_must_agree(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENV", "dev")
    monkeypatch.setenv("APP_ENV", "dev")
    assert explain_config(project).faults == ()
    monkeypatch.setenv("APP_ENV", "stage")
    assert faults(project)["CFG-CONFLICT"].what == "ENV and APP_ENV are the same setting and differ"


def test_env_cannot_stand_in_a_file_it_chooses(project: Path) -> None:
    (project / "config" / "base.toml").write_text('env = "prod"\n')
    assert "CFG-ENV-IN-FILE" in faults(project)


def test_root_is_no_setting(project: Path) -> None:
    (project / "config" / "base.toml").write_text('root = "/"\n')
    assert "CFG-UNKNOWN" in faults(project)


def test_a_missing_secrets_folder_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_SECRETS_DIR", "nowhere")
    assert faults(project)["CFG-SECRETS-DIR"].what == f"{project / 'nowhere'} is not a folder"


def test_an_oversized_secret_is_named_and_others_ignored(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_SECRETS_DIR", str(project))
    (project / "secret_key").write_text("x" * 70_000)
    (project / "unrelated").write_bytes(b"\xff")
    (fault,) = explain_config(project).faults
    assert (fault.code, fault.where) == ("CFG-SECRET-FILE", str(project / "secret_key"))


def test_an_unknown_option_is_named(project: Path) -> None:
    (fault,) = explain_config(project, cli={"server.prt": 1}).faults
    assert (fault.where, fault.fix) == ("command line", "Did you mean server.port?")


def test_a_root_that_is_no_folder_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_ROOT", str(project / "missing"))
    with pytest.raises(ConfigError, match="HOLDFAST_ROOT"):
        load_config()

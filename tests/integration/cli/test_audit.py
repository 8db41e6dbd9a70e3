"""``app audit`` on a real project: the command that switched a plugin is the change that it tells of."""

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.integration.cli.conftest import Shell
from tests.integration.cli.plugins import GREETER

TOGGLES = ("--table", "host_toggle")


@pytest.fixture
def switched(shell: Shell, distributions: TemporaryDistributions) -> Shell:
    """A project in which somebody switched a plugin off and on again."""
    distributions.add("acme", {"greeter": GREETER})
    shell.plugins_toml("[plugins.greeter]\n")
    assert shell.app("plugins", "disable", "greeter").code == 0
    assert shell.app("plugins", "enable", "greeter").code == 0
    return shell


def test_a_switch_on_the_command_line_leaves_who_and_what(switched: Shell) -> None:
    newest, first = switched.app("audit", "show", *TOGGLES, "--json").json["records"]
    assert (newest["action"], first["action"]) == ("delete", "insert")
    assert (first["table"], first["key"], first["user_id"]) == ("host_toggle", "greeter", "command-line")
    assert first["after"]["enabled"] is False
    assert first["user_name"] == first["after"]["changed_by"]
    assert first["correlation_id"] != newest["correlation_id"]


def test_show_filters_and_reads_on(switched: Shell) -> None:
    shown = switched.app("audit", "show", *TOGGLES, "--key", "greeter", "--limit", "1")
    assert "delete" in shown.out
    older = shown.err.split()[-1]
    assert "insert" in switched.app("audit", "show", *TOGGLES, "--before", older).out
    nothing = switched.app("audit", "show", *TOGGLES, "--since", "2999-01-01", "--json")
    assert nothing.json == {"records": [], "older": None}
    assert "No record matches." in switched.app("audit", "show", "--table", "nowhere").err


def test_restore_brings_the_row_back_and_says_who(switched: Shell) -> None:
    deletion = str(switched.app("audit", "show", *TOGGLES, "--json").json["records"][0]["id"])
    refused = switched.app("audit", "restore", "host_toggle", "greeter", deletion)
    assert refused.code == 4
    assert switched.app("audit", "restore", "host_toggle", "greeter", deletion, "--yes").code == 0
    record = switched.app("audit", "show", "--limit", "1", "--json").json["records"][0]
    assert (record["action"], record["user_id"]) == ("restore", "command-line")
    assert record["after"]["enabled"] is False


def test_export_as_lines_and_as_csv(switched: Shell, tmp_path: Path) -> None:
    lines = switched.app("audit", "export", *TOGGLES).out.splitlines()
    assert [json.loads(line)["action"] for line in lines] == ["insert", "delete"]
    file = tmp_path / "audit.csv"
    assert switched.app("audit", "export", str(file), "--format", "csv", *TOGGLES).code == 0
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["action"] for row in rows] == ["insert", "delete"]
    assert json.loads(rows[0]["after"])["plugin_id"] == "greeter"


def test_verify_and_status_tell_tampering_by_exit_code(switched: Shell) -> None:
    sound = switched.app("audit", "verify")
    assert (sound.code, sound.out.startswith("sound: ")) == (0, True)
    status = switched.app("audit", "status", "--json").json
    assert (status["unsealed"] >= 2, status["holds"], status["checked"]["fault_count"]) == (True, True, 0)
    assert switched.app("audit", "verify", "--rows", "--json").json["rows"] == []
    (file,) = switched.root.rglob("*.db")
    with sqlite3.connect(file) as connection:
        connection.execute(
            "UPDATE host_audit SET user_name = 'x' WHERE table_name = 'host_toggle' AND action = 'insert'"
        )
    connection.close()
    broken = switched.app("audit", "verify")
    assert broken.code == 1
    assert "insert of host_toggle greeter) was changed after it was written" in broken.out
    told = switched.app("audit", "verify", "--json")
    assert (told.code, told.json["fault_count"], told.json["faults"][0]["kind"]) == (1, 1, "changed")


def test_verify_says_in_words_whether_the_rows_agree(switched: Shell) -> None:
    assert "rows: every one is what the trail says" in switched.app("audit", "verify", "--rows").out
    (file,) = switched.root.rglob("*.db")
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO host_toggle VALUES ('ghost', 1, NULL, 'nobody', '2026-11-01 00:00:00')")
    connection.close()
    told = switched.app("audit", "verify", "--rows")
    assert told.code == 1
    assert "unrecorded: host_toggle ghost" in told.out
    assert "rows: 1 are not what the trail says" in told.out


def test_exemptions_are_one_list_with_reasons(switched: Shell) -> None:
    found = switched.app("audit", "exemptions", "--json").json
    assert {"host_change", "host_process", "host_task"} <= set(found)
    assert not {"host_toggle", "host_audit"} & set(found)
    assert all(found.values())

"""Tables are aligned, JSON holds everything, and nobody is asked where nobody is."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from host.cli.faults import RefusedError
from host.cli.output import ask, write_json, write_table
from host.cli.plugins.overview import age


def test_columns_are_as_wide_as_their_widest_cell(capsys: pytest.CaptureFixture[str]) -> None:
    write_table(("id", "state"), [("warehouse", "active"), ("x", "")])
    assert capsys.readouterr().out.splitlines() == ["id         state", "warehouse  active", "x"]


def test_json_keeps_letters_and_turns_the_unknown_into_text(capsys: pytest.CaptureFixture[str]) -> None:
    write_json({"name": "Größe", "at": datetime(2026, 1, 2, tzinfo=UTC)})
    out = capsys.readouterr().out
    assert "Größe" in out
    assert json.loads(out)["at"].startswith("2026-01-02")


def test_without_a_person_only_yes_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(RefusedError) as refused:
        ask("Delete?", yes=False)
    assert refused.value.exit_code == 4
    assert "--yes" in refused.value.remedy
    ask("Delete?", yes=True)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_person_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", _Terminal("y\n"))
    ask("Delete?", yes=False)
    monkeypatch.setattr("sys.stdin", _Terminal("n\n"))
    with pytest.raises(RefusedError):
        ask("Delete?", yes=False)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(seconds=5), "5 s"),
        (timedelta(minutes=3, seconds=10), "3 min"),
        (timedelta(hours=30), "1 d"),
        (timedelta(seconds=-9), "0 s"),
    ],
)
def test_ages_are_told_in_the_unit_that_fits(before: timedelta, text: str) -> None:
    assert age(datetime.now(UTC) - before) == text

"""Names of a new plugin: all from one, and refused before anything is written."""

import pytest

from host.errors import ValidationError
from host.scaffold import Names


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("notes", ("notes", "holdfast-notes", "holdfast_notes")),
        ("holdfast-notes", ("notes", "holdfast-notes", "holdfast_notes")),
        ("acme-notes", ("acme_notes", "acme-notes", "acme_notes")),
        ("ship_log", ("ship_log", "holdfast-ship-log", "holdfast_ship_log")),
    ],
)
def test_every_spelling_follows_from_one(given: str, expected: tuple[str, str, str]) -> None:
    names = Names.of(given)
    assert (names.plugin, names.distribution, names.package) == expected


def test_titles_and_classes_are_readable() -> None:
    assert (Names.of("ship_log").title, Names.of("ship_log").prefix) == ("Ship log", "ShipLog")


@pytest.mark.parametrize(
    "given",
    ["", "Notes", "1st", "holdfast-1st", "notes!", "../notes", "a b", "-notes", "notes-", "a--b", "ünder", "x" * 41],
)
def test_what_is_no_name_is_refused_with_an_example(given: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Names.of(given)
    assert refused.value.remedy


@pytest.mark.parametrize("given", ["database", "settings", "plugins", "class", "host", "holdfast-db"])
def test_what_has_a_meaning_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="has a meaning"):
        Names.of(given)


def test_what_is_installed_is_not_written_again() -> None:
    with pytest.raises(ValidationError, match="installed here already"):
        Names.of("dependency-injector")


def test_an_id_that_is_taken_is_refused() -> None:
    with pytest.raises(ValidationError, match="has the id 'warehouse'"):
        Names.of("warehouse")

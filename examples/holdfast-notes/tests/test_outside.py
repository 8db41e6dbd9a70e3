"""Commands, the HTTP route, example data, the health check."""

import pytest
from host.testing import HostApp, reader

from holdfast_notes.notes import Notes


def test_the_command_lists_what_the_other_wrote(host_app: HostApp) -> None:
    written = host_app.run_command('notes write Rope --body "Two coils"').assert_success()
    assert written.output.strip() == "Note 1 is written."
    assert "Rope" in host_app.run_command("notes list coils").assert_success().output
    assert host_app.run_command("notes list --pinned").assert_success().output == ""


def test_the_route_answers_json_to_readers_only(host_app: HostApp, notes: Notes) -> None:
    with host_app.context():
        notes.write("Rope")
        notes.write("Tide")
    answer = host_app.client(reader("notes.read")).get("/x/notes/all", params={"words": "rope"})
    assert [note["title"] for note in answer.json()] == ["Rope"]
    assert host_app.client(reader()).get("/x/notes/all").status_code == 403


def test_examples_are_written_once(host_app: HostApp, notes: Notes) -> None:
    (seed,) = [owned.value for owned in host_app.application.seeds]
    with host_app.context():
        assert len(list(seed.run())) == notes.count() == 3
        assert list(seed.run()) == []


@pytest.mark.holdfast(settings={"notes": {"capacity": 1}})
def test_the_health_check_warns_from_the_capacity_on(host_app: HostApp, notes: Notes) -> None:
    capacity = host_app.services("notes").capacity
    assert capacity().status == "ok"
    with host_app.context():
        notes.write("Rope")
    assert capacity().status == "degraded"

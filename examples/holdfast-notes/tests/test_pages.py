"""The pages, run as in a browser."""

from host.testing import HostApp, reader

from holdfast_notes.notes import Notes


def test_what_is_written_is_shown(host_app: HostApp) -> None:
    page = host_app.call("notes").assert_success()
    page.text_input(key="notes/title").set_value("Buy rope")
    page.text_area(key="notes/body").set_value("Two coils")
    page.button(key="notes/write").click().run()
    assert page.assert_success().button(key="notes/open/1").label == "Buy rope"
    assert page.text_input(key="notes/title").value == ""


def test_a_search_stands_in_the_address(host_app: HostApp, notes: Notes) -> None:
    with host_app.context():
        notes.write("Rope")
        notes.write("Tide")
    page = host_app.call("notes").assert_success()
    page.text_input(key="notes/words").set_value("tide").run()
    assert page.assert_success().query_params["words"] == "tide"
    assert [button.label for button in page.button if button.key.startswith("notes/open/")] == ["Tide"]
    linked = host_app.call("notes", words="nothing").assert_success()
    assert "No note holds these words. Try fewer of them." in linked.texts


def test_a_note_is_opened_pinned_and_deleted(host_app: HostApp, notes: Notes) -> None:
    with host_app.context():
        note_id = notes.write("Rope", "Two coils")
    page = host_app.call("notes").assert_success()
    page.button(key=f"notes/open/{note_id}").click().run()
    assert page.page == "notes/note"
    assert "Two coils" in page.assert_success().texts
    page.button(key="notes/note/pin").click().run()
    assert notes.get(note_id).pinned
    page.button(key="notes/note/delete").click().run()
    assert page.assert_success().page == "notes"
    assert notes.count() == 0


def test_a_reader_sees_notes_but_no_way_to_write(host_app: HostApp, notes: Notes) -> None:
    with host_app.context():
        notes.write("Rope")
    keys = {button.key for button in host_app.call("notes", principal=reader("notes.read")).assert_success().button}
    assert "notes/open/1" in keys
    assert "notes/write" not in keys


def test_without_the_permission_there_is_no_page(host_app: HostApp, notes: Notes) -> None:
    with host_app.context():
        notes.write("Rope")
    page = host_app.call("notes", principal=reader())
    assert "notes/open/1" not in {button.key for button in page.button}


def test_the_page_speaks_german(host_app: HostApp) -> None:
    page = host_app.call("notes", language="de").assert_success()
    assert "Noch hat niemand eine Notiz geschrieben." in page.texts

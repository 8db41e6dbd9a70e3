"""What a made-up message can do to widgets: the facts about Streamlit that the rules for authors rest on.

If one of these fails after an upgrade of Streamlit, the rules in docs/plugin-authors.md want to be read again.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.testing.distributions import TemporaryDistributions
from tests.attacks import attack
from tests.integration.raw import Socket
from tests.integration.serving import WebUnderTest
from tests.integration.ui.forged.conversation import Conversation

PLUGIN = """
import datetime
import json

import pandas as pd
import streamlit as st

from host import EditColumn, EditsError, Page, Plugin, checked_edits, hookimpl

ROWS = [{"name": "a", "quantity": 1, "kind": "x"}, {"name": "b", "quantity": 2, "kind": "y"}]
COLUMNS = (
    EditColumn(name="name", editable=False),
    EditColumn(name="quantity", kind="integer", minimum=0, maximum=10),
    EditColumn(name="kind", kind="choice", options=("x", "y")),
)


def draw():
    called = st.session_state.setdefault("called", [])

    def note(key):
        called.append([key, str(st.session_state.get(key))])

    def widget(make, key, *args, **options):
        name = "on_click" if make is st.button else "on_change"
        return make(key, *args, key=key, args=(key,), **{name: note}, **options)

    day = datetime.date
    values = {
        "select": widget(st.selectbox, "select", ["x", "y"]),
        "labelled": widget(st.selectbox, "labelled", ["x", "y"], format_func=lambda key: {"x": "Xen"}.get(key, "None")),
        "several": widget(st.multiselect, "several", ["x", "y"]),
        "radio": widget(st.radio, "radio", ["x", "y"]),
        "segments": widget(st.segmented_control, "segments", ["x", "y"]),
        "number": widget(st.number_input, "number", 0, 10, 5),
        "slider": widget(st.slider, "slider", 0, 10, 5),
        "text": widget(st.text_input, "text", max_chars=5),
        "day": str(widget(st.date_input, "day", day(2026, 1, 1), min_value=day(2026, 1, 1), max_value=day(2026, 1, 9))),
        "off_text": widget(st.text_input, "off_text", "fixed", disabled=True),
        "off_tick": widget(st.checkbox, "off_tick", disabled=True),
        "off_button": widget(st.button, "off_button", disabled=True),
        "button": widget(st.button, "button"),
        "pages": st.pagination(3, key="pages", on_change=note, args=("pages",)),
    }
    if not st.session_state.get("gone"):
        values["hidden"] = widget(st.button, "hidden")
        if values["hidden"]:
            st.session_state["gone"] = True
    table = pd.DataFrame(ROWS)
    limits = {
        "quantity": st.column_config.NumberColumn(min_value=0, max_value=10),
        "kind": st.column_config.SelectboxColumn(options=["x", "y"]),
    }
    edited = st.data_editor(table, key="edits", disabled=["name"], num_rows="fixed", column_config=limits)
    values["edited"] = edited.to_dict("records")
    try:
        edits = checked_edits(ROWS, st.session_state["edits"], COLUMNS)
        values["checked"] = {str(row): dict(cells) for row, cells in edits.changed.items()}
    except EditsError as error:
        values["checked"] = [each.reason for each in error.faults]
    chosen = st.dataframe(table, key="table", on_select="rerun", selection_mode="single-row")
    values["chosen"] = chosen.selection.rows
    file = widget(st.file_uploader, "file", type=["csv"])
    values["file"] = None if file is None else file.name
    st.text(json.dumps({"values": values, "called": called}, default=str))
    called.clear()


class Hooks:
    @hookimpl
    def pages(self):
        return [Page(path="forge", title="Forge", render=draw)]


plugin = Plugin(hooks=Hooks)
"""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebUnderTest]:
    """An app with a page full of widgets."""
    root = tmp_path_factory.mktemp("forged")
    TemporaryDistributions(root / "installed").add("acme", {"forge": {"plugin.py": PLUGIN}})
    (root / "plugins.toml").write_text("[plugins.forge]\n", encoding="utf-8")
    process = WebUnderTest(root, {"PYTHONPATH": f"{root / 'installed'}:{Path.cwd()}", "FEATURE_AUTH": "false"})
    try:
        assert process.ready.get("ready"), process.log.read_text("utf-8")[-3000:]
        yield process
    finally:
        process.close()


@pytest.fixture
def page(web: WebUnderTest) -> Iterator[Conversation]:
    """The page, freshly opened by a browser that lies."""
    with Socket(web.port) as socket:
        yield Conversation(socket, "page=forge").open()


def changed(page: Conversation, key: str, **value: object) -> tuple[object, list[list[str]]]:
    """Send one made-up state; return the widget's value as the page sees it, and what callbacks saw."""
    told = page.send(page.state(key, **value)).told()
    return told["values"].get(key), told["called"]


def test_a_value_that_is_no_option_reaches_callbacks_but_not_the_page(page: Conversation):
    assert changed(page, "select", string_value="DROP") == ("x", [["select", "DROP"]])


def test_a_value_that_bears_the_label_of_an_option_reaches_the_page(page: Conversation):
    value, _ = changed(page, "labelled", string_value="DROP")
    assert value == "DROP", "format_func must not give what is no option the label of one"


def test_several_values_that_are_no_options(page: Conversation):
    value, called = changed(page, "several", string_array_value=["x", "DROP"])
    assert "DROP" not in value  # type: ignore[operator]
    assert called in ([["several", "['x', 'DROP']"]], [["several", "['x']"]])


def test_a_radio_button_that_is_none(page: Conversation):
    value, called = changed(page, "radio", string_value="DROP")
    assert (value, called) == ("x", [["radio", "DROP"]])


@pytest.mark.parametrize(
    ("key", "value", "stays"),
    [
        ("segments", {"string_array_value": ["DROP"]}, None),
        ("number", {"double_value": 999}, 5),
        ("number", {"double_value": -1}, 5),
        ("slider", {"double_array_value": [999]}, 5),
        ("day", {"string_array_value": ["1999/01/01"]}, "2026-01-01"),
        ("day", {"string_array_value": ["nonsense"]}, "2026-01-01"),
        ("off_text", {"string_value": "forged"}, "fixed"),
        ("off_tick", {"bool_value": True}, False),
        ("off_button", {"trigger_value": True}, False),
        ("pages", {"int_value": 99}, 1),
    ],
)
def test_limits_and_disabled_widgets_hold(page: Conversation, key: str, value: dict[str, object], stays: object):
    assert changed(page, key, **value) == (stays, [])


def test_texts_are_cut_and_an_honest_click_counts(page: Conversation):
    assert changed(page, "text", string_value="much too long") == ("much ", [["text", "much "]])
    assert changed(page, "button", trigger_value=True) == (True, [["button", "True"]])


def test_a_widget_that_was_never_drawn_does_nothing(page: Conversation):
    before = page.told()["values"]
    told = page.send(page.state("$$ID-00000000-made-up", trigger_value=True)).told()
    assert (told["values"], told["called"]) == (before, [])


def test_a_button_that_is_gone_still_calls_back(page: Conversation):
    forged = page.state("hidden", trigger_value=True)
    assert page.send(forged).told()["called"] == [["hidden", "True"]]
    page.send()
    told = page.send(forged).told()
    assert "hidden" not in told["values"], "the page draws it no more"
    assert told["called"] == [["hidden", "True"]], "and all the same: only the service can say no"


def test_an_upload_that_never_happened_is_no_file(page: Conversation):
    state = page.state("file")
    info = state.file_uploader_state_value.uploaded_file_info.add()
    info.file_id, info.name, info.size = "made-up", "x.exe", 3
    assert page.send(state).told()["values"]["file"] is None


FORGED = [
    ({"edited_rows": {"0": {"name": "HACK"}}}, ["locked"]),
    ({"edited_rows": {"0": {"quantity": 999}}}, ["large"]),
    ({"edited_rows": {"0": {"kind": "DROP"}}}, ["option"]),
    ({"edited_rows": {"0": {"quantity": "abc"}}}, ["kind"]),
    ({"added_rows": [{"quantity": 1}]}, ["add"]),
    ({"deleted_rows": [0]}, ["delete"]),
]


@attack(
    "edits of a table that its columns, options and rows forbid, as frames made by hand",
    "none of them is taken, each with its reason",
)
@pytest.mark.parametrize(("sent", "reasons"), FORGED)
def test_the_editor_takes_everything_and_checked_edits_none_of_it(
    page: Conversation, sent: dict[str, object], reasons: list[str]
):
    before = page.told()["values"]["edited"]
    told = page.send(page.state("edits", string_value=json.dumps(sent))).told()["values"]
    assert told["edited"] != before, "Streamlit checks edits by itself now: the manual may say so"
    assert told["checked"] == reasons


def test_an_honest_edit_passes(page: Conversation):
    sent = {"edited_rows": {"1": {"quantity": 7, "kind": "x"}}}
    told = page.send(page.state("edits", string_value=json.dumps(sent))).told()["values"]
    assert told["checked"] == {"1": {"quantity": 7, "kind": "x"}}


@attack("made-up edits of a table", "a security event names page and reason")
def test_made_up_edits_are_a_security_event(web: WebUnderTest, page: Conversation):
    page.send(page.state("edits", string_value=json.dumps({"deleted_rows": [0]})))
    (line, *_) = [each for each in web.logged("forms.forged") if each["reasons"] == ["delete"]]
    assert line["page"] == "forge"


@attack("nonsense as the value of a widget", "ends no session but its own")
def test_garbage_ends_no_session_but_its_own(web: WebUnderTest, page: Conversation):
    with Socket(web.port) as socket:
        liar = Conversation(socket, "page=forge").open()
        for key, value in (
            ("edits", {"string_value": "{nonsense"}), ("edits", {"string_value": "[1]"}),
            ("number", {"double_value": float("nan")}), ("table", {"string_value": '{"selection": 7}'}),
            ("radio", {"int_value": -7}), ("several", {"bytes_value": b"\\xff"}),
        ):  # fmt: skip
            liar.send(liar.state(key, **value))
    assert page.send().told()["values"]["number"] == 5
    with Socket(web.port) as socket:
        assert Conversation(socket, "page=forge").open().told()["values"]["number"] == 5

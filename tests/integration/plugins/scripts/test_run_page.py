"""Unchanged scripts run as pages: their modules, files, state, callbacks, fragments, arguments, navigation."""

import pytest

from host.testing import PageTest
from host.testing.principals import reader


def shown(app: PageTest) -> list[str]:
    return [each.value for each in app.main.markdown]


def fault(app: PageTest) -> str:
    (error,) = app.errors
    return error.headline


def press(app: PageTest, label: str) -> PageTest:
    next(each for each in app.button if each.label == label).click()
    return app.run()


def goto(app: PageTest, page: int) -> PageTest:
    app.query_params["page"] = f"scripts/p{page}"
    return app.run()


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("sales/pages/1_📈_Trends.py", ["Best month: `1`"]),
        ("tools/pickled.py", ["Copy equal: `True` `True`", "Hints: tags, x, y", "Sum: `5`"]),
        ("tools/report_tool.py", ["Limit: `10`", "Program: report_tool.py `1`"]),
        ("tools/paths.py", ["Area: `9` `True`"]),
        ("tools/live.py", ["Full runs: `1`", "Ticks: `0`", "Folder: tools `True`"]),
    ],
)
def test_script_shows_what_it_shows_alone(run, script, expected):
    app = run(script)
    app.assert_success()
    assert shown(app) == expected


def test_multi_file_script_with_data_file_sidebar_and_cache(run):
    app = run("sales/streamlit_app.py")
    app.assert_success()
    assert app.metric[0].value == "700 €"
    app.sidebar.selectbox(key="region").select("South").run()
    assert app.metric[0].value == "450 €"


def test_magic_relative_files_and_main_name(run):
    app = run("tools/magic.py")
    assert shown(app)[:5] == [
        "Shown without a call",
        "a note beside the scripts",
        "Unit: kg",
        "Rows: `42`",
        "Here: magic.py __main__",
    ]


def test_same_named_modules_of_two_folders_never_meet(run):
    app = run("sales/streamlit_app.py", "counter/counter.py")
    assert app.title[0].value == "Sales of the year"
    assert goto(app, 1).title[0].value == "Counting"
    assert goto(app, 0).title[0].value == "Sales of the year"


def test_callback_sees_the_script_and_its_session_state(run):
    app = press(press(run("counter/counter.py"), "Add"), "Add")
    assert app.metric[0].value == "4"


def test_clearing_session_state_spares_the_host(run):
    app = press(run("counter/counter.py"), "Add")
    app.session_state["host/kept"] = "yes"
    app = press(app, "Reset")
    assert app.metric[0].value == "0"
    assert app.session_state["host/kept"] == "yes"


def test_session_state_is_shared_in_a_folder_and_apart_between_folders(run, samples):
    (samples / "errors" / "own.py").write_text("import streamlit as st\nst.write('count' in st.session_state)\n")
    app = press(run("counter/counter.py", "counter/other.py", "errors/own.py"), "Add")
    assert shown(goto(app, 1)) == ["Shared count: `3`"]
    assert shown(goto(app, 2)) == ["`False`"]
    assert goto(app, 0).metric[0].value == "3"


def test_widgets_without_key_of_two_scripts_are_two_widgets(run, samples):
    (samples / "counter" / "a.py").write_text("import streamlit as st\nst.write('A', st.text_input('Name'))\n")
    (samples / "errors" / "b.py").write_text("import streamlit as st\nst.write('B', st.text_input('Name'))\n")
    app = run("counter/a.py", "errors/b.py")
    app.text_input[0].input("Ada").run()
    assert shown(app) == ["A Ada"]
    assert shown(goto(app, 1)) == ["B"]


def test_stop_ends_the_script_and_not_the_shell(run):
    app = run("tools/order_form.py")
    assert [each.value for each in app.info] == ["Fill in the form."]


def test_form_is_submitted(run):
    app = run("tools/order_form.py")
    app.text_input[0].input("Ada")
    app = press(app, "Send")
    assert [each.value for each in app.success] == ["1 ordered for Ada"]


def test_fragment_and_dialog(run):
    app = press(run("tools/live.py"), "Tick")
    assert "Ticks: `1`" in shown(app)
    assert "All about ticks" in [each.value for each in press(app, "Show details").markdown]


def test_navigation_of_a_script_shows_its_pages(run):
    app = run("router/main.py")
    assert [each.value for each in app.header] == ["First view"]
    app = press(app, "About")
    assert [each.value for each in app.header] == ["About this tool"]
    assert app.query_params["script_page"] == "about"
    app = press(app, "First")
    app.checkbox[0].check().run()
    assert shown(app)[-1] == "You went on."


def test_stop_in_a_page_of_a_script_ends_the_script(run, samples):
    main = samples / "router" / "main.py"
    main.write_text(main.read_text() + "st.write('after the page')\n")
    assert "after the page" not in shown(run("router/main.py"))


def test_query_parameters_leave_the_page_parameter_alone(run):
    app = run("tools/magic.py")
    assert "City: nowhere" in shown(app)
    assert "Page parameter: none" in shown(app)[-1]
    app = press(app, "To Rome")
    assert "City: Rome" in shown(app)
    assert any(each.startswith("Page parameter: 7") for each in shown(app))
    assert app.query_params["page"] == "scripts/p0"


def test_link_to_a_page_of_the_folder_leads_to_the_hosts_page(run):
    app = press(run(folders=("sales",), at="scripts/sales"), "To the trends")
    assert app.page == "scripts/sales/trends"
    assert shown(app.assert_success()) == ["Best month: `1`"]


def test_switch_page_leads_to_the_hosts_page(run):
    app = press(run(folders=("sales",), at="scripts/sales"), "Open settings")
    assert app.page == "scripts/sales/settings"
    app.assert_success().number_input(key="target").set_value(5).run()
    assert press(app, "Back to the report").title[0].value == "Sales of the year"


@pytest.mark.parametrize(
    ("script", "where", "what"),
    [
        ("errors/raises.py", "raises.py, line 7", "ZeroDivisionError: division by zero"),
        ("errors/syntax.py", "syntax.py, line 3", "SyntaxError: '(' was never closed"),
        ("errors/missing_import.py", "missing_import.py, line 3", "No module named 'a_module_that_nobody_has'"),
        ("errors/exits.py", "exits.py, line 4", "SystemExit: 3"),
        ("errors/recursion.py", "recursion.py, line 5", "RecursionError"),
    ],
)
def test_fault_names_file_and_line(run, script, where, what):
    app = run(script)
    assert where in fault(app)
    assert what in fault(app)


def test_card_shows_file_and_line_and_the_text_only_in_debug_mode(run):
    for debug in (True, False):
        card = " ".join(each.value for each in run("errors/raises.py", debug=debug).main.get("html"))
        assert "raises.py, line 7: ZeroDivisionError" in card
        assert ("division by zero" in card) is debug


def test_fault_in_a_fragment_leaves_the_rest_of_the_script(run):
    app = press(run("errors/fragment_raises.py"), "Break")
    assert "fragment_raises.py, line 7: ValueError: from a fragment" in fault(app)


def test_fault_in_a_helper_module_names_the_helper(run, samples):
    (samples / "counter" / "utils.py").write_text("TITLE = 'x'\n\n\ndef step():\n    return 1 / 0\n")
    assert "utils.py, line 5: ZeroDivisionError" in fault(run("counter/counter.py"))


def test_fault_in_a_callback_is_shown_once_where_the_script_would_be(run):
    app = press(run("errors/callback.py"), "Press")
    assert "callback.py, line 5: ValueError: from a callback" in fault(app)
    assert [each.label for each in app.run().main.button] == ["Press"]
    assert len(app.errors) == 1


def test_changed_script_and_changed_module_take_effect_at_the_next_run(run, samples):
    app = run("counter/counter.py")
    (samples / "counter" / "utils.py").write_text("TITLE = 'Changed'\n\n\ndef step():\n    return 5\n")
    assert press(app, "Add").title[0].value == "Changed"
    script = samples / "counter" / "counter.py"
    script.write_text(script.read_text() + "\nst.write('one more line')\n")
    assert "one more line" in shown(app.run())


def test_module_keeps_its_state_over_reruns(run, samples):
    (samples / "counter" / "memo.py").write_text("calls = []\n")
    script = "import memo, streamlit as st\nmemo.calls.append(1)\nst.write(len(memo.calls))\n"
    (samples / "counter" / "uses.py").write_text(script)
    app = run("counter/uses.py")
    assert shown(app.run()) == ["`2`"]


def test_permission_of_an_entry_closes_its_page(make_host_app, samples):
    entry = {"file": str(samples / "counter" / "counter.py"), "permission": "scripts.finance"}
    app = make_host_app(["scripts"], settings={"scripts": {"pages": [entry]}})
    assert not app.call("scripts/counter", principal=reader("scripts.other")).title
    assert app.call("scripts/counter", principal=reader("scripts.finance")).title[0].value == "Counting"


def test_arguments_of_an_entry_reach_the_script(make_host_app, samples):
    entry = {"file": str(samples / "tools" / "report_tool.py"), "arguments": ["--limit", "3"]}
    page = make_host_app(["scripts"], settings={"scripts": {"pages": [entry]}}).call("scripts/report-tool")
    assert shown(page.assert_success()) == ["Limit: `3`", "Program: report_tool.py `3`"]


def test_wrong_arguments_are_a_fault_with_the_parsers_words(make_host_app, samples):
    entry = {"file": str(samples / "tools" / "report_tool.py"), "arguments": ["--nosuch"]}
    page = make_host_app(["scripts"], settings={"scripts": {"pages": [entry]}}).call("scripts/report-tool")
    assert "unrecognized arguments: --nosuch" in fault(page)


def test_fault_is_told_in_the_readers_language(make_host_app, samples):
    entry = {"file": str(samples / "errors" / "raises.py")}
    app = make_host_app(["scripts"], settings={"scripts": {"pages": [entry]}}, config={"debug": False})
    card = " ".join(each.proto.body for each in app.call("scripts/raises", language="de").main.get("html"))
    assert "raises.py, Zeile 7: ZeroDivisionError" in card


def test_equal_keys_in_two_folders_are_two_values(run, samples):
    (samples / "counter" / "a.py").write_text("import streamlit as st\nst.write('A', st.text_input('N', key='n'))\n")
    (samples / "errors" / "b.py").write_text("import streamlit as st\nst.write('B', st.text_input('N', key='n'))\n")
    app = run("counter/a.py", "errors/b.py")
    app.main.text_input[0].input("Ada").run()
    assert shown(app) == ["A Ada"]
    assert shown(goto(app, 1)) == ["B"]
    assert shown(goto(app, 0)) == ["A"]


def test_file_that_is_gone_is_a_fault_that_names_it(run, samples):
    app = run("counter/other.py")
    (samples / "counter" / "other.py").unlink()
    app.run()
    assert "other.py: FileNotFoundError" in fault(app)


def test_missing_entry_is_in_the_report_and_the_others_run(make_host_app, samples):
    pages = [{"file": "nowhere.py"}, {"file": str(samples / "counter" / "counter.py")}]
    app = make_host_app(["scripts"], settings={"scripts": {"pages": pages}})
    assert "nowhere.py" in app.application.report.row("scripts").reason
    app.call("scripts/counter").assert_success()

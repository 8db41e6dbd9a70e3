"""The private parts of Streamlit that scripts rest on are still what they were."""

import ast

from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext, ThreadState

from plugins.scripts.pages.private import parse


def test_magic_wraps_bare_expressions_and_keeps_lines():
    tree = parse("x = 1\nx\n", "script.py")
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call))
    assert "transparent_write" in ast.unparse(call)
    assert call.lineno == 2


def test_run_has_a_hash_that_tells_widgets_of_pages_apart():
    assert callable(ScriptRunContext.run_with_active_hash)
    assert callable(ThreadState.scoped)

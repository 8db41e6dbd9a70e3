"""`import host`: everything an author needs, at no cost."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import host
import host.testing

HEAVY = ("streamlit", "sqlalchemy", "pydantic", "structlog", "starlette")


@pytest.mark.parametrize("module", [host, host.testing], ids=lambda module: module.__name__)
def test_type_checkers_see_what_is_there(module: object) -> None:
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {(alias.asname, node.module) for node in checked.body for alias in node.names}
    assert seen == set(module._HOME_OF.items())


@pytest.mark.parametrize("module", [host, host.testing], ids=lambda module: module.__name__)
def test_every_name_can_be_imported(module: object) -> None:
    for name, home in module._HOME_OF.items():
        assert getattr(module, name) is getattr(sys.modules[home], name)
        assert name in dir(module)


def test_an_unknown_name_says_so() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Plug'"):
        host.Plug  # noqa: B018


@pytest.mark.parametrize("imported", ["host", "host.testing", "host.testing.plugin"])
def test_importing_costs_next_to_nothing(imported: str) -> None:
    program = f"import sys, {imported}; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"


def test_declaring_a_plugin_needs_neither_streamlit_nor_sqlalchemy() -> None:
    program = "import sys; from host import Page, Plugin, hookimpl; print({'streamlit', 'sqlalchemy'} & {*sys.modules})"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "set()\n"

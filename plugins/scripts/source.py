"""Compiles scripts once per change, and marks the few places where a shared process must lend a hand."""

import ast
import importlib.util
import threading
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any, Final

CALLBACK: Final = "__script_callback__"
KEY: Final = "__script_key__"
PAGE_LINK: Final = "__script_page_link__"
_CALLBACKS: Final = frozenset({"on_change", "on_click", "on_submit", "on_select", "on_dismiss"})

Parse = Callable[[str, str], ast.Module]
"""Source text and file name to syntax tree."""


class _Marks(ast.NodeTransformer):
    """Wraps callbacks (they run outside the script), notes widget keys, redirects ``x.page_link``."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        for keyword in node.keywords:
            if keyword.arg in _CALLBACKS:
                keyword.value = _call(CALLBACK, keyword.value)
            elif keyword.arg == "key":
                keyword.value = _call(KEY, keyword.value)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "page_link":
            link = ast.copy_location(ast.Name(PAGE_LINK, ast.Load()), node)
            return ast.copy_location(ast.Call(link, [node.func.value, *node.args], node.keywords), node)
        return node


class _Main(_Marks):
    """Besides: the script itself sees ``__name__ == "__main__"``, while its classes belong to a module of its own."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == "__name__" and isinstance(node.ctx, ast.Load):
            return ast.copy_location(ast.Constant("__main__"), node)
        return node


def _call(name: str, argument: ast.expr) -> ast.expr:
    return ast.copy_location(
        ast.Call(ast.copy_location(ast.Name(name, ast.Load()), argument), [argument], []), argument
    )


def _plain(source: str, file: str) -> ast.Module:
    return ast.parse(source, file)


def compile_module(file: Path) -> CodeType:
    """Compile a helper module."""
    return _compile(file, _plain, _Marks())


def _compile(file: Path, parse: Parse, marks: ast.NodeTransformer) -> CodeType:
    tree = parse(importlib.util.decode_source(file.read_bytes()), str(file))
    code: Any = compile(ast.fix_missing_locations(marks.visit(tree)), str(file), "exec", dont_inherit=True)
    return code  # type: ignore[no-any-return]


class Sources:
    """Compiled scripts by file, compiled anew when the file has changed.

    Args:
        parse: makes the syntax tree; Streamlit's adds its "magic" output of bare expressions.
    """

    def __init__(self, parse: Parse) -> None:
        self._parse = parse
        self._compiled: dict[Path, tuple[tuple[int, int], CodeType]] = {}
        self._lock = threading.Lock()

    def code(self, file: Path) -> CodeType:
        """Return the compiled script.

        Raises:
            OSError: it can't be read.
            SyntaxError: it isn't Python.
        """
        status = file.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        with self._lock:
            known = self._compiled.get(file)
        if known is not None and known[0] == stamp:
            return known[1]
        code = _compile(file, self._parse, _Main())
        with self._lock:
            self._compiled[file] = (stamp, code)
        return code

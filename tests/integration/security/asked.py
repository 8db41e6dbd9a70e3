"""Every permission that a plugin's code asks for, read off its source; names are looked up in the module."""

import ast
import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Final

from tests.environments import CHECKOUT

ASKING: Final = {"authorize": 0, "permitted": 0, "may": 0, "require_self_or": 1}
"""Functions that ask → which argument is the permission."""
NAMED: Final = {"Page", "Route", "Command", "ResourceRule", "action"}
"""What names one as ``permission=``."""


def modules(plugin: str) -> Iterator[tuple[str, ModuleType]]:
    """Yield path and module of every source file of a built-in plugin, but for its revisions."""
    folder = CHECKOUT / "plugins" / plugin
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            name = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__")
            yield str(path.relative_to(CHECKOUT)), importlib.import_module(name)


def asked_names(plugin: str) -> Iterator[tuple[str, str]]:
    """Yield each permission that is asked for, and where."""
    for path, module in modules(plugin):
        yield from names_in((CHECKOUT / path).read_text("utf-8"), module, path)


def names_in(source: str, module: ModuleType, path: str) -> Iterator[tuple[str, str]]:
    """Yield each permission that a module's source asks for, and where."""
    tree = ast.parse(source)
    inside = _parameters(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for asked in _asked(node):
                if not (isinstance(asked, ast.Name) and asked.id in inside):
                    yield from ((name, f"{path}:{node.lineno}") for name in _values(asked, module))


def _asked(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in ASKING and len(call.args) > ASKING[name]:
        yield call.args[ASKING[name]]
    if name in NAMED:
        yield from (each.value for each in call.keywords if each.arg == "permission")


def _parameters(tree: ast.Module) -> set[str]:
    """Return the names of parameters and loop variables: their values are seen where they come from."""
    arguments = {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)}
    loops = {each.target for each in ast.walk(tree) if isinstance(each, ast.comprehension | ast.For)}
    return arguments | {each.id for target in loops for each in ast.walk(target) if isinstance(each, ast.Name)}


def _values(node: ast.expr, module: ModuleType) -> Iterator[str]:
    if isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from _values(each, module)
    elif isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.Name) and hasattr(module, node.id):
        yield str(getattr(module, node.id))
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and hasattr(module, node.value.id):
        yield str(getattr(getattr(module, node.value.id), node.attr))
    else:
        yield f"unreadable {ast.unparse(node)}"

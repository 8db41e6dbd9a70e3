"""Checks of plugins' source files by reading them: pydantic as it was before version 2, tables defined twice."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from host.cli.doctor.patient import Patient
from host.contributions import Finding
from host.kernel.discovery import Candidate

_MODELS: Final = {"BaseModel", "BaseSettings"}
_DECORATORS: Final = {"validator": "field_validator", "root_validator": "model_validator"}
_FUNCTIONS: Final = {"parse_obj_as": "TypeAdapter(…).validate_python"}
_METHODS: Final = {
    "parse_obj": "model_validate",
    "parse_raw": "model_validate_json",
    "from_orm": "model_validate",
    "update_forward_refs": "model_rebuild",
    "schema_json": "model_json_schema",
}
_ON_VALUES: Final = {"dict": "model_dump", "json": "model_dump_json", "copy": "model_copy"}


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed file of a plugin."""

    plugin: str
    path: Path
    tree: ast.Module


def syntax(patient: Patient) -> Iterator[Finding]:
    """Every source file can be parsed by this Python."""
    for candidate in patient.installed:
        for path in _files(candidate):
            try:
                ast.parse(path.read_bytes())
            except (SyntaxError, ValueError) as error:
                message = f"{candidate.id}: {path} can't be parsed: {error}"
                remedy = f"Install a version of {candidate.distribution} made for this Python."
                yield Finding(code="doctor.syntax", severity="error", message=message, remedy=remedy)


def old_pydantic(patient: Patient) -> Iterator[Finding]:
    """Names of pydantic that version 2 replaces and version 3 drops."""
    for source in _sources(patient.installed):
        models = _model_names(source.tree)
        if not models and "pydantic" not in _imported_modules(source.tree):
            continue
        for line, old, new in _old_uses(source.tree, models):
            message = f"{source.plugin}: {source.path}:{line}: {old} is pydantic's deprecated form"
            yield Finding(code="doctor.pydantic", severity="warning", message=message, remedy=f"Write {new}.")


def tables_twice(patient: Patient) -> Iterator[Finding]:
    """Each table is defined in one place, and below the prefix of the plugin that defines it."""
    defined: dict[str, list[tuple[Candidate, Path, int]]] = defaultdict(list)
    for candidate in patient.installed:
        for source in _sources([candidate]):
            for name, line in _tables(source.tree):
                defined[name].append((candidate, source.path, line))
    for name, places in sorted(defined.items()):
        if len(places) > 1:
            where = ", ".join(f"{each.id} ({path}:{line})" for each, path, line in places)
            remedy = "Rename one, in its model and in a revision."
            message = f"table {name} is defined {len(places)} times: {where}"
            yield Finding(code="doctor.table-twice", severity="error", message=message, remedy=remedy)
        yield from _outside_prefix(name, places)


def _outside_prefix(name: str, places: Sequence[tuple[Candidate, Path, int]]) -> Iterator[Finding]:
    for candidate, path, line in places:
        prefix = candidate.manifest.tables if candidate.manifest else None
        if candidate.manifest is not None and (prefix is None or not name.startswith(prefix)):
            message = f"{candidate.id}: table {name} ({path}:{line}) is outside its prefix {prefix or '(none)'}"
            remedy = "Name it with the prefix that the manifest's `tables` states."
            yield Finding(code="doctor.table-prefix", severity="error", message=message, remedy=remedy)


def _sources(candidates: Sequence[Candidate]) -> Iterator[Source]:
    for candidate in candidates:
        for path in _files(candidate):
            try:
                yield Source(candidate.id, path, ast.parse(path.read_bytes()))
            except (SyntaxError, ValueError):
                # `syntax` reports it.
                continue


def _files(candidate: Candidate) -> list[Path]:
    """Return the plugin's source files without its revisions, which name tables as they once were."""
    if candidate.folder is None:
        return []
    below = ((path, path.relative_to(candidate.folder).parts) for path in sorted(candidate.folder.rglob("*.py")))
    return [path for path, parts in below if "migrations" not in parts]


def _tables(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield names given to ``__tablename__`` and to ``Table(…, metadata)`` as literal text."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and _assigns(node, "__tablename__"):
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                yield node.value.value, node.lineno
        elif isinstance(node, ast.Call) and _name(node.func) == "Table" and len(node.args) > 1:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, node.lineno


def _assigns(node: ast.Assign | ast.AnnAssign, name: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(each, ast.Name) and each.id == name for each in targets)


def _model_names(tree: ast.Module) -> set[str]:
    """Return the classes of this file that are pydantic models, also through each other."""
    models: set[str] = set()
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while True:
        more = {each.name for each in classes if {_name(base) for base in each.bases} & (_MODELS | models)} - models
        if not more:
            return models
        models |= more


def _imported_modules(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def _old_uses(tree: ast.Module, models: set[str]) -> Iterator[tuple[int, str, str]]:
    imported = _from_pydantic(tree)
    values = _values_of(tree, models)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in models:
            inner = (each for each in node.body if isinstance(each, ast.ClassDef) and each.name == "Config")
            yield from ((each.lineno, "class Config", "model_config = ConfigDict(…)") for each in inner)
        elif isinstance(node, ast.ImportFrom) and node.module == "pydantic.v1":
            yield node.lineno, "pydantic.v1", "imports from pydantic itself"
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _old_decorators(node, imported)
        elif isinstance(node, ast.Call):
            yield from _old_call(node, models, values, imported)


def _old_decorators(node: ast.FunctionDef | ast.AsyncFunctionDef, imported: set[str]) -> Iterator[tuple[int, str, str]]:
    for decorator in node.decorator_list:
        name = _name(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if name in _DECORATORS and name in imported:
            yield decorator.lineno, f"@{name}", f"@{_DECORATORS[name]}"


def _old_call(node: ast.Call, models: set[str], values: set[str], imported: set[str]) -> Iterator[tuple[int, str, str]]:
    name = _name(node.func)
    if isinstance(node.func, ast.Name) and name in _FUNCTIONS and name in imported:
        yield node.lineno, f"{name}(…)", _FUNCTIONS[name]
    if not isinstance(node.func, ast.Attribute):
        return
    owner = node.func.value
    made = isinstance(owner, ast.Call) and _name(owner.func) in models
    if name in _METHODS and _name(owner) in models:
        yield node.lineno, f".{name}()", f".{_METHODS[name]}()"
    if name in _ON_VALUES and (made or _name(owner) in values):
        yield node.lineno, f".{name}()", f".{_ON_VALUES[name]}()"


def _from_pydantic(tree: ast.Module) -> set[str]:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {each.name for node in nodes if node.module in ("pydantic", "pydantic.v1") for each in node.names}


def _values_of(tree: ast.Module, models: set[str]) -> set[str]:
    """Return names that hold a model of this file: annotated so, or assigned from its constructor; and ``self``'s."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, (ast.arg, ast.AnnAssign))
            and node.annotation is not None
            and _name(node.annotation) in models
        ):
            found.add(node.arg if isinstance(node, ast.arg) else _name(node.target))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _name(node.value.func) in models:
            found |= {_name(target) for target in node.targets}
    return found - {""}


def _name(node: ast.expr) -> str:
    """Return the last part of a dotted name, or nothing for any other expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return node.id if isinstance(node, ast.Name) else ""

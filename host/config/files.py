"""Layers read from TOML files of the ``config`` folder."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from host.config.faults import Fault
from host.config.fields import SettingField, section_texts, setting_fields
from host.config.layers import Layer, Leaf, spread, unknown_setting
from host.resources import packaged


def config_file(root: Path, name: str) -> Path:
    """Return the project's file ``config/<name>``, or the packaged one where the project has none."""
    own = root / "config" / name
    return own if own.is_file() else packaged("config") / name


def toml_layer(root: Path, name: str) -> Layer:
    """Read one TOML file; a missing file is an empty layer.

    Args:
        root: the project folder.
        name: file name in ``config``, such as ``base.toml``.
    """
    label = f"config/{name}"
    path = config_file(root, name)
    if not path.is_file():
        return Layer(label, {})
    shown = label if path.is_relative_to(root) else str(path)
    try:
        text = path.read_text(encoding="utf-8")
        tree = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Layer(label, {}, [Fault("CFG-FILE", f"cannot be read: {error}", shown, "Correct the file.")])
    return _layer_of(label, tree, text, shown)


def _layer_of(label: str, tree: Mapping[str, Any], text: str, shown: str) -> Layer:
    leaves, faults = {}, []
    for path, value in _walk(tree, ()):
        where = f"{shown}:{line_of(text, path)}"
        field = _field_at(path)
        if field is None:
            faults.append(unknown_setting(".".join(path), where))
        elif path == ("env",):
            fix = "Remove it; set the variable ENV."
            faults.append(Fault("CFG-ENV-IN-FILE", "env chooses among these files and cannot stand in one", where, fix))
        else:
            leaves.update(_leaves(field, value, text, shown))
    return Layer(label, leaves, faults)


def _leaves(field: SettingField, value: Any, text: str, shown: str) -> dict[tuple[str, ...], Leaf]:
    leaves = spread(field, value, shown)
    return {path: Leaf(leaf.value, f"{shown}:{line_of(text, path)}") for path, leaf in leaves.items()}


def _field_at(path: tuple[str, ...]) -> SettingField | None:
    return setting_fields().get(".".join(path))


def _walk(tree: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in tree.items():
        path = (*above, key)
        is_table = isinstance(value, Mapping) and _field_at(path) is None
        if is_table and (value or key in section_texts()):
            yield from _walk(value, path)
        else:
            yield path, value


def line_of(text: str, path: tuple[str, ...]) -> int:
    """Return the 1-based line on which a key stands; for unusual spellings the line of its table, or 1."""
    section: tuple[str, ...] = ()
    found = 1
    for number, line in enumerate(text.splitlines(), 1):
        if heading := re.match(r"\s*\[\s*([^\[\]]{1,200})\]", line):
            section = tuple(part.strip(" \"'") for part in heading[1].split("."))
            found = number if path[: len(section)] == section else found
        elif entry := re.match(r"\s*([\w.\"'-]{1,200})\s*=", line):
            key = tuple(part.strip("\"'") for part in entry[1].split("."))
            if path[: len(section) + len(key)] == section + key:
                return number
    return found

"""Texts: every key that the code uses exists, in both languages, with the same fields."""

import re
import string
from pathlib import Path

from host import load_catalogues
from plugins.warehouse.flags import FLAGS
from plugins.warehouse.permissions import declared
from plugins.warehouse.units import UNITS
from plugins.warehouse.wording import FOLDER

CATALOGUES = {catalogue.language: catalogue.texts for catalogue in load_catalogues(FOLDER)}
SOURCES = [path.read_text() for path in Path(FOLDER.parent).rglob("*.py")]
NAMES = {permission.name for permission in declared()} | {flag.name for flag in FLAGS}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same() -> None:
    english, german = CATALOGUES["en"], CATALOGUES["de"]
    assert english.keys() == german.keys()
    assert {key for key in english if fields(english[key]) != fields(german[key])} == set()


def test_every_used_key_exists() -> None:
    used = {key for source in SOURCES for key in re.findall(r'"(warehouse\.[a-z_0-9.]+)"', source)} - NAMES
    assert used - CATALOGUES["en"].keys() == set()


def test_every_composed_key_has_a_family() -> None:
    families = {key for source in SOURCES for key in re.findall(r'f"(warehouse\.[a-z_.]+)\{', source)} - {"warehouse."}
    assert families
    assert {family for family in families if not any(key.startswith(family) for key in CATALOGUES["en"])} == set()


def test_every_column_and_unit_is_named() -> None:
    tables = "\n".join(source for source in SOURCES if "picking_table" in source or "table(" in source)
    columns = set(re.findall(r'^ +"([a-z_]+)": \[.* for .*', tables, re.MULTILINE))
    assert columns
    wanted = {f"warehouse.column.{name}" for name in columns} | {f"warehouse.unit.{code}" for code in UNITS}
    assert wanted - CATALOGUES["en"].keys() == set()

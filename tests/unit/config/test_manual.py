from pathlib import Path

import pytest

from host.config import explain_config
from host.config.fields import setting_fields
from host.config.manual import env_example, with_table

ROOT = Path(__file__).parents[3]


def test_the_example_is_up_to_date() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example(), "run `make env-example`"


def test_the_manual_is_up_to_date() -> None:
    document = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert document == with_table(document), "run `make env-example`"


def test_the_manual_names_every_code_that_production_may_refuse() -> None:
    import re

    source = (ROOT / "host" / "config" / "checks.py").read_text(encoding="utf-8")
    document = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    codes = set(re.findall(r'"(CFG-[A-Z-]+)"', source))
    assert len(codes) == 11
    assert {code for code in codes if f"`{code}`" not in document} == set()


def test_every_setting_is_explained() -> None:
    assert [field.name for field in setting_fields().values() if not field.text] == []


def test_the_example_with_every_line_set_is_accepted_and_changes_nothing(project: Path) -> None:
    before = {row.name: row.value for row in explain_config(project).rows}
    lines = [line.removeprefix("# ") for line in env_example().splitlines() if line.startswith("# ") and "=" in line]
    settings = [line for line in lines if line.partition("=")[0].isupper()]
    (project / ".env").write_text("\n".join(settings))
    assert len(settings) == len(setting_fields()) + 1
    explained = explain_config(project)
    assert explained.faults == ()
    assert {row.name: row.value for row in explained.rows} == before


def test_a_document_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks the markers"):
        with_table("nothing here")

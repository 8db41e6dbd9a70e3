"""The manual's snippets run, and its tables say what the code says."""

import re
from typing import Any, get_args

from sqlalchemy.orm import Mapped, mapped_column

from host.data.audit.exemptions import exemptions
from host.data.audit.verification import FaultKind
from tests.environments import CHECKOUT
from tests.integration.data.audit.conftest import Audited
from tests.integration.data.audit.models import Base, Cell

MANUAL = (CHECKOUT / "docs" / "audit.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", MANUAL, re.DOTALL)


def test_the_snippets_run(audited: Audited) -> None:
    with audited.writing() as unit:
        unit.session.add(Cell(row=1, column="x", value=4))
    names: dict[str, Any] = {
        "database": audited.database,
        "Cell": Cell,
        "Base": type("Base", (Base,), {"__abstract__": True}),
        "Mapped": Mapped,
        "mapped_column": mapped_column,
    }
    recording, exempting = SNIPPETS
    exec(recording, names)
    assert audited.told()[1] == ("t_cell", '[1,"x"]', "update", {"old": {"value": 4}, "new": {"value": 5}})
    try:
        exec(exempting, names)
        assert exemptions([names["Draft"].__table__]) == {"shop_draft": "drafts: gone as soon as they are saved"}
    finally:
        Base.metadata.remove(Base.metadata.tables["shop_draft"])


def test_every_kind_of_fault_is_explained() -> None:
    assert re.findall(r"^\| `(\w+)` \|", MANUAL, re.MULTILINE) == list(get_args(FaultKind))

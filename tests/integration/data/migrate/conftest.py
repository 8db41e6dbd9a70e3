"""Throw-away revisions of the targets `shop` and `club`."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest
from sqlalchemy import MetaData, inspect

from host.data import Database, Target

CREATE_A = 'op.create_table("shop_a", sa.Column("id", sa.Integer, primary_key=True))'
CREATE_B = 'op.create_table("shop_b", sa.Column("id", sa.Integer, primary_key=True))'

Revise = Callable[..., Target]


@pytest.fixture
def revise(tmp_path: Path) -> Revise:
    """Add a revision to a target's folder."""

    def write(
        number: int,
        upgrade: str,
        downgrade: str = "pass",
        *,
        owner: str = "shop",
        head: str = "",
        metadata: MetaData | None = None,
    ) -> Target:
        folder = tmp_path / "revisions" / owner
        folder.mkdir(parents=True, exist_ok=True)
        before = f'"{number - 1:04}"' if number > 1 else "None"
        lines = f'{head}\nimport sqlalchemy as sa\nfrom alembic import op\nrevision = "{number:04}"\n'
        lines += f"down_revision = {before}\n"
        for name, body in (("upgrade", upgrade), ("downgrade", downgrade)):
            lines += f"def {name}():\n{indent(dedent(body), '    ')}\n"
        (folder / f"{number:04}_step.py").write_text(lines)
        return Target(owner, folder, f"{owner}_", metadata)

    return write


def tables(database: Database) -> set[str]:
    """The names of all tables."""
    with database.begin(readonly=True) as unit:
        return set(inspect(unit.session.connection()).get_table_names())

"""The matrix of permissions and roles, as a table that a screen reader walks through and a phone stacks."""

from collections.abc import Mapping
from itertools import groupby

from host import text
from host.ui.design import element, raw, show
from plugins.auth.pages.cells import cell_badge
from plugins.auth.pages.parts import role_title
from plugins.auth.services.matrix import MatrixRow
from plugins.auth.services.roles import Matrix


def matrix_table(matrix: Matrix, titles: Mapping[str, str]) -> None:
    """Draw the whole matrix, to be read."""
    roles = [info.name for info in matrix.roles]
    heads = "".join(element("th", role_title(role, titles), scope="col", role="columnheader") for role in roles)
    first = element("th", text("auth.page.matrix.permission"), scope="col", role="columnheader")
    head = raw("thead", raw("tr", first + heads, role="row"), role="rowgroup")
    bodies = "".join(
        _group(plugin, list(rows), roles, titles) for plugin, rows in groupby(matrix.rows, key=lambda row: row.plugin)
    )
    table = raw("table", head + bodies, class_="host-matrix", role="table")
    # It may be wider than the screen: then it is scrolled by itself, with the keyboard too.
    label = text("auth.page.matrix.title")
    show(raw("div", table, class_="host-wide", role="region", aria_label=label, tabindex="0"))


def _group(plugin: str, rows: list[MatrixRow], roles: list[str], titles: Mapping[str, str]) -> str:
    head = element("th", plugin, scope="rowgroup", role="rowheader", colspan=str(len(roles) + 1), class_="host-group")
    return raw(
        "tbody",
        raw("tr", head, role="row") + "".join(_row(row, roles, titles) for row in rows),
        role="rowgroup",
    )


def _row(row: MatrixRow, roles: list[str], titles: Mapping[str, str]) -> str:
    name = element("th", text(row.title), scope="row", role="rowheader")
    cells = "".join(
        raw(
            "td",
            cell_badge(row.cells[role], lambda name: role_title(name, titles)),
            role="cell",
            data_role=role_title(role, titles),
        )
        for role in roles
    )
    return raw("tr", name + cells, role="row")

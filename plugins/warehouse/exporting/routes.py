"""HTTP routes of the exports; the query holds the same filter as the page's address."""

import tempfile
from pathlib import Path
from typing import Final

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from host import Route, current
from plugins.warehouse.exporting.listing import Exports
from plugins.warehouse.exporting.prepared import PERMISSION, XLSX
from plugins.warehouse.exporting.suppliers import SupplierExports
from plugins.warehouse.exporting.tables import csv_chunks, write_workbook
from plugins.warehouse.exporting.told import ExportNotes
from plugins.warehouse.services.articles import ArticleFilter

CSV: Final = "text/csv; charset=utf-8"


def export_routes(exports: Exports, notes: ExportNotes) -> list[Route]:
    """Return the routes, with the service they read from."""

    def as_csv(request: Request) -> Response:
        chunks = csv_chunks(exports.articles(_filter(request)), current().language)
        notes.note("articles.csv", _client(request))
        return StreamingResponse(chunks, media_type=CSV, headers=_attachment("articles.csv"))

    def as_workbook(request: Request) -> Response:
        # A workbook is a compressed archive: it must be whole before its first byte can leave.
        folder = tempfile.TemporaryDirectory(prefix="warehouse-export-")
        path = Path(folder.name) / "articles.xlsx"
        try:
            write_workbook(path, exports.articles(_filter(request)), current().language)
        except BaseException:
            folder.cleanup()
            raise
        notes.note("articles.xlsx", _client(request))
        done = BackgroundTask(folder.cleanup)
        return FileResponse(path, media_type=XLSX, headers=_attachment("articles.xlsx"), background=done)

    return [
        Route(path="/articles.csv", endpoint=as_csv, permission=PERMISSION),
        Route(path="/articles.xlsx", endpoint=as_workbook, permission=PERMISSION),
    ]


def supplier_route(exports: SupplierExports, notes: ExportNotes) -> Route:
    """Return the route of the suppliers; ``reason`` in the query asks for readable contacts."""

    def as_csv(request: Request) -> Response:
        chunks = exports.csv(current().language, request.query_params.get("reason", ""))
        notes.note("suppliers.csv", _client(request))
        return StreamingResponse(chunks, media_type=CSV, headers=_attachment("suppliers.csv"))

    return Route(path="/suppliers.csv", endpoint=as_csv, permission=PERMISSION)


def _filter(request: Request) -> ArticleFilter:
    query = request.query_params
    return ArticleFilter(
        text=query.get("q", ""),
        category=query.get("category", ""),
        low=query.get("low") == "true",
        inactive=query.get("inactive") == "true",
    )


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}

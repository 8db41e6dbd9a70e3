"""Lists as prepared files: written once, fetched by whoever asked for them for a day, also from another tab."""

import tempfile
from pathlib import Path
from typing import Final, final

from host import FileStore, StoredFile
from plugins.warehouse.exporting.listing import Exports
from plugins.warehouse.exporting.tables import write_workbook
from plugins.warehouse.services.articles import ArticleFilter

PERMISSION: Final = "warehouse.export"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEEP_HOURS: Final = 24


@final
class PreparedExports:
    """Prepares lists."""

    def __init__(self, exports: Exports, files: FileStore) -> None:
        self._exports = exports
        self._files = files

    def workbook(self, wanted: ArticleFilter, language: str) -> StoredFile:
        """Write the articles of a filter as a workbook and keep it for whoever acts.

        Raises:
            PermissionDeniedError: without ``warehouse.export``, which is needed to fetch it later, too.
        """
        rows = self._exports.articles(wanted)
        with tempfile.TemporaryDirectory(prefix="warehouse-export-") as folder:
            path = Path(folder) / "articles.xlsx"
            write_workbook(path, rows, language)
            return self._files.offer("articles.xlsx", path, XLSX, permission=PERMISSION, keep_hours=KEEP_HOURS)

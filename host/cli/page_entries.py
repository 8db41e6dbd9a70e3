"""The scripts' entries in `plugins.toml`: adds and removes one, keeps every comment and whatever else stands there."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import tomlkit
from tomlkit.items import AoT, Array, Table

from host.errors import ValidationError

SCRIPTS: Final = "scripts"


class PageEntries:
    """A `plugins.toml` being edited; nothing is written before `save`.

    Args:
        source: the file in force; the shipped one as long as the project has none of its own.
        target: the project's own file.
    """

    def __init__(self, source: Path, target: Path) -> None:
        self._target = target
        self._document = tomlkit.parse(source.read_text(encoding="utf-8"))

    @property
    def settings(self) -> dict[str, Any]:
        """The plugin's settings as they stand in the document now."""
        plugins: Any = self._document.get("plugins", {})
        found = plugins.get(SCRIPTS, {}).get("settings", {})
        return dict(found.unwrap()) if hasattr(found, "unwrap") else dict(found)

    @property
    def files(self) -> list[str]:
        """The files that have an entry of their own."""
        return [str(page.get("file", "")) for page in self.settings.get("pages", [])]

    def add(self, entry: Mapping[str, str]) -> None:
        """Append an entry in the form that the others have."""
        settings = self._table(self._table(self._table(self._document, "plugins"), SCRIPTS), "settings")
        pages = settings.get("pages")
        if isinstance(pages, Array):
            inline = tomlkit.inline_table()
            inline.update(entry)
            pages.append(inline)
            return
        table = tomlkit.table()
        table.update(entry)
        if pages is None:
            settings["pages"] = pages = tomlkit.aot()
        pages.append(table)

    def remove(self, file: str) -> None:
        """Take out every entry of `file`.

        Raises:
            ValidationError: there is none.
        """
        plugins: Any = self._document.get("plugins", {})
        settings = plugins.get(SCRIPTS, {}).get("settings", {})
        pages = settings.get("pages", [])
        found = [index for index, page in enumerate(pages) if page.get("file") == file]
        if not found:
            raise ValidationError(
                f"no entry of plugins.toml adds {file!r}.", remedy="`app pages list` shows all pages."
            )
        for index in reversed(found):
            del pages[index]
        if not pages:
            del settings["pages"]

    def save(self) -> None:
        """Replace the project's file as a whole."""
        fresh = self._target.with_name(f"{self._target.name}.{os.getpid()}")
        fresh.write_text(tomlkit.dumps(self._document), encoding="utf-8")
        fresh.replace(self._target)

    def _table(self, parent: Any, name: str) -> Any:
        if name not in parent:
            parent[name] = tomlkit.table(is_super_table=name != SCRIPTS)
        found = parent[name]
        if isinstance(found, Mapping) and not isinstance(found, AoT):
            return found
        kind = type(found).__name__ if not isinstance(found, Table) else "table"
        raise ValidationError(f"{name} in plugins.toml is a {kind}, not a table.")

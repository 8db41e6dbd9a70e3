"""UI texts: reads catalogues from TOML files, looks a key up in a language, picks a language; renders nothing."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from host.contributions import Catalogue
from host.errors import ConfigError

FALLBACK_LANGUAGE: Final = "en"
AUTOMATIC: Final = "auto"
_LANGUAGE_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def load_catalogues(folder: Path) -> list[Catalogue]:
    """Read every ``<language>.toml`` of `folder`; a dotted key and a nested table mean the same.

    Args:
        folder: holds one file a language, such as ``en.toml`` and ``de.toml``.

    Raises:
        ConfigError: with every file that can't be used, and why.
    """
    faults: list[str] = []
    catalogues = [_read(path, faults) for path in sorted(folder.glob("*.toml"))]
    if not catalogues:
        faults.append(f"{folder}: there is no <language>.toml in this folder")
    if faults:
        raise ConfigError(faults, remedy='Write one TOML file a language with lines like: "shop.title" = "Shop"')
    return catalogues


def _read(path: Path, faults: list[str]) -> Catalogue:
    if not _LANGUAGE_TAG.fullmatch(path.stem):
        faults.append(f"{path}: the file's name is not a language tag such as en or de-AT")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path}: {error}")
        content = {}
    texts = dict(_flat(content))
    faults.extend(f"{path}: {key} is no text" for key, value in texts.items() if not isinstance(value, str))
    return Catalogue(language=path.stem, texts=texts)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


class _Fields(dict[str, Any]):
    """Leaves an unknown ``{field}`` standing, so that a wrong text never breaks a page."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class Texts:
    """Every text of the app by language; of two catalogues that hold one key the first wins.

    Args:
        catalogues: of the host first, then of the plugins.
    """

    def __init__(self, catalogues: Iterable[Catalogue]) -> None:
        self._texts: dict[str, dict[str, str]] = {}
        for catalogue in catalogues:
            known = self._texts.setdefault(catalogue.language, {})
            for key, value in catalogue.texts.items():
                known.setdefault(key, value)

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language that has a catalogue."""
        return tuple(sorted(self._texts))

    def lookup(self, language: str, key: str, **fields: Any) -> str:
        """Return the text of `key` in `language`, else in its base language, else in English, else `key` itself.

        Args:
            key: a text key or plain text.
            fields: fill the text's ``{fields}``.
        """
        for tag in (language, language.partition("-")[0], FALLBACK_LANGUAGE):
            found = self._texts.get(tag, {}).get(key)
            if found is not None:
                return _filled(found, fields)
        return _filled(key, fields) if fields else key


def _filled(template: str, fields: Mapping[str, Any]) -> str:
    if not fields:
        return template
    try:
        return template.format_map(_Fields(fields))
    except (ValueError, AttributeError, IndexError):
        return template


def choose_language(wanted: str | None, locale: str | None, languages: Sequence[str]) -> str:
    """Return the language to show.

    Args:
        wanted: what the reader or the operator chose; ``"auto"`` or nothing follows `locale`.
        locale: the browser's, such as ``de-AT``.
        languages: those that have texts.
    """
    candidates = [wanted] if wanted and wanted != AUTOMATIC else []
    if locale:
        candidates += [locale, locale.partition("-")[0].lower()]
    return next((tag for tag in candidates if tag in languages), FALLBACK_LANGUAGE)

"""Checks of a plugin's texts and names: the same keys and fields in every language, everything in its namespace."""

import re
import string
from collections.abc import Sequence

from host.contributions import Catalogue, Page, Permission
from host.texts import FALLBACK_LANGUAGE


def text_faults(plugin: str, catalogues: Sequence[Catalogue]) -> list[str]:
    """Return keys outside the plugin's namespace, missing in a language, or with other fields than in English."""
    if not catalogues:
        return []
    texts = {catalogue.language: dict(catalogue.texts) for catalogue in catalogues}
    faults = [] if FALLBACK_LANGUAGE in texts else [f"there are no texts in {FALLBACK_LANGUAGE}"]
    every = sorted({key for known in texts.values() for key in known})
    faults += [f"key {key!r} does not begin with {plugin}." for key in every if not key.startswith(f"{plugin}.")]
    for key in every:
        faults += [f"{key!r} is missing in {language}" for language, known in sorted(texts.items()) if key not in known]
        spellings = {language: fields(known[key]) for language, known in texts.items() if key in known}
        if len(set(spellings.values())) > 1:
            shown = ", ".join(f"{language} {sorted(found)}" for language, found in sorted(spellings.items()))
            faults.append(f"{key!r} has different fields: {shown}")
    return faults


def fields(text: str) -> frozenset[str]:
    """Return the names in braces."""
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
    except ValueError:
        return frozenset({f"unreadable: {text}"})


def looks_like_key(plugin: str, text: str) -> bool:
    """Tell whether `text` is a key of the plugin and no sentence."""
    return re.fullmatch(rf"{plugin}(\.[a-z0-9_]+)+", text) is not None


def dangling_keys(plugin: str, catalogues: Sequence[Catalogue], pages: Sequence[Page]) -> list[str]:
    """Return titles and sections of pages that look like keys of the plugin, but that no catalogue holds."""
    known = {key for catalogue in catalogues for key in catalogue.texts}
    used = [text for page in pages for text in (page.title, page.section)]
    return [f"{text!r} stands in no catalogue" for text in used if looks_like_key(plugin, text) and text not in known]


def permission_faults(plugin: str, permissions: Sequence[Permission]) -> list[str]:
    """Return permissions outside the plugin's namespace or without a title."""
    strays = [each.name for each in permissions if not each.name.startswith(f"{plugin}.")]
    untitled = [each.name for each in permissions if not each.title.strip()]
    return [
        *(f"permission {name!r} does not begin with {plugin}." for name in strays),
        *(f"permission {name!r} has no title" for name in untitled),
    ]

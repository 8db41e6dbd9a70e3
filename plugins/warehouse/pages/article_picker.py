"""Picks an article by typing or scanning: number, name or barcode; reads at most a handful of matches."""

from typing import Final

from host import text
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.pages.draft import Draft
from plugins.warehouse.pages.parts import hint, quantity
from plugins.warehouse.services.articles import ArticleFilter, Articles
from plugins.warehouse.services.paging import Window

MATCHES: Final = 20


def pick_article(draft: Draft, articles: Articles, preset: str = "") -> AnyRow | None:
    """Draw the field and, where several articles match, a choice between them.

    Args:
        preset: number that the field holds at first.
    """
    words = draft.text("article", preset, icon=":material/barcode_scanner:", help=text("warehouse.field.article.help"))
    if not words.strip():
        return None
    part = articles.find(ArticleFilter(words), Window(rows=MATCHES))
    exact = [row for row in part.rows if words.strip().casefold() in {row.number.casefold(), row.barcode}]
    found = exact or list(part.rows)
    if not found:
        hint(text("warehouse.articles.none"))
        return None
    if len(found) == 1:
        hint(_line(found[0]))
        return found[0]
    lines = {str(row.id): _line(row) for row in found}
    chosen = draft.choice("match", list(lines), format_func=lambda option: lines.get(option, option))
    if part.total > MATCHES:
        hint(text("warehouse.articles.more", count=part.total - MATCHES))
    return next((row for row in found if str(row.id) == chosen), None)


def _line(row: AnyRow) -> str:
    return f"{row.number} · {row.name} · {text('warehouse.free_of', free=quantity(row.free, row.unit))}"

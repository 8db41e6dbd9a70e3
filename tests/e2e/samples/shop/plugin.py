"""A plugin with a page for everything that the shell promises."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from shop_shop import pages

from host import (
    Catalogue,
    Event,
    Guard,
    Page,
    PageVisited,
    Permission,
    Plugin,
    Verdict,
    Visit,
    hookimpl,
    load_catalogues,
    project_root,
)


def _judge(visit: Visit) -> Verdict:
    if visit.page.path == "shop/guarded":
        return Verdict(allowed=False, reason="shop.guarded.reason")
    if visit.page.path == "shop/moved":
        return Verdict(allowed=False, redirect="shop/articles")
    if visit.page.path == "shop/revocable" and (project_root() / "revoked").exists():
        return Verdict(allowed=False, reason="shop.guarded.reason")
    if visit.page.path == "shop/unjudged":
        raise RuntimeError("the guard itself fails")
    return Verdict(allowed=True)


class ShopHooks:
    """Adds pages, texts, a guard and a listener."""

    @hookimpl
    def pages(self) -> Sequence[Page]:
        """Add the pages."""
        section = "shop.section"
        return [
            Page(
                path="shop/articles",
                title="shop.articles.title",
                summary="shop.articles.summary",
                section=section,
                icon=":material/inventory_2:",
                render=pages.articles,
                order=1,
            ),
            Page(path="shop/article", title="shop.article.title", section=section, render=pages.article, menu=False),
            Page(
                path="shop/till",
                title="shop.till.title",
                summary="shop.till.summary",
                section=section,
                icon=":material/point_of_sale:",
                render=pages.Till,
                order=2,
            ),
            Page(
                path="shop/broken",
                title="shop.broken.title",
                summary="shop.broken.summary",
                section="shop.trials",
                icon=":material/bug_report:",
                render=pages.broken,
                order=3,
            ),
            Page(path="shop/leaving", title="shop.leaving.title", section="shop.trials", render=pages.leaving, order=4),
            Page(
                path="shop/parts",
                title="shop.parts.title",
                section="shop.trials",
                icon=":material/dashboard:",
                render=pages.parts,
                order=5,
            ),
            Page(
                path="shop/revocable",
                title="shop.revocable.title",
                section="shop.trials",
                icon=":material/lock_open:",
                render=pages.revocable,
                order=6,
            ),
            Page(
                path="shop/whole",
                title="shop.whole.title",
                section="shop.trials",
                render=pages.whole,
                order=7,
                icon=":material/web_asset:",
                fragment=False,
            ),
            Page(path="shop/widgets", title="shop.widgets.title", section="shop.trials", render=pages.widgets, order=8),
            Page(path="shop/guarded", title="shop.guarded.title", render=pages.never, menu=False),
            Page(path="shop/unjudged", title="shop.guarded.title", render=pages.never, menu=False),
            Page(path="shop/moved", title="shop.moved.title", render=pages.never, menu=False),
        ]

    @hookimpl
    def permissions(self) -> Sequence[Permission]:
        """Declare the permission that one button asks for."""
        return [Permission(name="shop.refund", title="Refund")]

    @hookimpl
    def guards(self) -> Sequence[Guard]:
        """Guard some of the pages."""
        return [Guard(name="shop", judge=_judge)]

    @hookimpl
    def event_handlers(self) -> Mapping[type[Event], object]:
        """Count visits."""
        return {PageVisited: pages.visited}

    @hookimpl
    def translations(self) -> Sequence[Catalogue]:
        """Add texts."""
        return load_catalogues(Path(__file__).parent / "texts")


plugin = Plugin(hooks=ShopHooks())

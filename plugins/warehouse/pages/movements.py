"""Books goods in, out, to another place, or as counted; lists what moved."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

import streamlit as st

from host import Principal, block, text
from host.ui.design import card, plain_header
from plugins.warehouse.addresses import MovementsParams
from plugins.warehouse.columns import AnyRow
from plugins.warehouse.pages.article_picker import pick_article
from plugins.warehouse.pages.draft import Draft
from plugins.warehouse.pages.movement_list import movement_table
from plugins.warehouse.pages.parts import announce, choice, day, hint, leaf, looked_up, quantity, search_box
from plugins.warehouse.services.articles import Articles
from plugins.warehouse.services.ledger import KINDS
from plugins.warehouse.services.lots import Lots
from plugins.warehouse.services.movements import Booking, Movements
from plugins.warehouse.services.places import Places
from plugins.warehouse.settings import WarehouseSettings

PATH: Final = "warehouse/movements"
BOOKED: Final = ("in", "out", "transfer", "correction")


def draw(
    articles: Articles,
    lots: Lots,
    places: Places,
    movements: Movements,
    settings: WarehouseSettings,
    *,
    params: MovementsParams,
    principal: Principal,
) -> None:
    """Draw the page."""
    announce()
    plain_header("warehouse.movements.title", "warehouse.movements.subtitle")
    if principal.may("warehouse.edit"):
        with card(text("warehouse.movements.book"), key=f"{PATH}/book"):
            key = params.article
            preset = looked_up(lambda: articles.get(key), PATH) if key is not None else None
            _Form(articles, lots, places, movements, settings).draw(preset.number if preset else "")
    with block("warehouse.movements.list"):
        _list(movements, settings, params)


def _list(movements: Movements, settings: WarehouseSettings, params: MovementsParams) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{PATH}/filters"):
        with st.container(width=320):
            search_box(PATH, params, text("warehouse.articles.search"))
        with st.container(width=200):
            labels = {"": text("warehouse.filter.all")} | {kind: text(f"warehouse.kind.{kind}") for kind in KINDS}
            choice(PATH, params, "kind", list(labels), labels)
    found = movements.stretch(params.filter(), settings.page_rows, params.place())
    movement_table(found.rows, key=f"{PATH}/table")
    leaf(PATH, params, found)


class _Form:
    """The booking form; each kind shows the fields it needs."""

    def __init__(
        self, articles: Articles, lots: Lots, places: Places, movements: Movements, settings: WarehouseSettings
    ) -> None:
        self._articles = articles
        self._lots = lots
        self._places = places
        self._movements = movements
        self._settings = settings
        self._draft = Draft(f"{PATH}/form")

    def draw(self, preset: str) -> None:
        """Draw the form for one booking."""
        kind = self._kind()
        left, right = st.columns(2)
        with left:
            article = pick_article(self._draft, self._articles, preset)
        if article is None:
            with right:
                hint(text("warehouse.movements.choose"))
            return
        with right:
            booked = self._arrival(article) if kind == "in" else self._departure(article, kind)
        self._draft.general_faults()
        if booked and st.button(text(f"warehouse.book.{kind}"), key=self._draft.key("save"), type="primary"):
            self._draft.attempt(booked)

    def _kind(self) -> str:
        key = f"{PATH}/kind-of-booking"
        found = st.segmented_control(
            text("warehouse.field.kind"),
            BOOKED,
            default="in",
            required=True,
            key=key,
            format_func=lambda each: text(f"warehouse.kind.{each}"),
            persist_state="session",
        )
        return str(found)

    def _arrival(self, article: AnyRow) -> "partial[str]":
        self._draft.text("quantity", placeholder=text(f"warehouse.unit.{article.unit}"))
        place = self._place("place", self._settings.default_place)
        lot = self._draft.text("lot")
        best_before = self._draft.day("best_before")
        note = self._draft.text("note")

        return partial(self._arrive, article, place, lot, best_before, note)

    def _arrive(self, article: AnyRow, place: str, lot: str, best_before: date | None, note: str) -> str:
        self._movements.receive(self._booking(article, place, lot, note), best_before)
        return text("warehouse.booked")

    def _departure(self, article: AnyRow, kind: str) -> "partial[str] | None":
        shelves = self._lots.shelves(article.id)
        if not shelves:
            hint(text("warehouse.article.lots.none"))
            return None
        shelf = self._shelf(article, shelves)
        self._draft.text(
            "counted" if kind == "correction" else "quantity", placeholder=text(f"warehouse.unit.{article.unit}")
        )
        target = self._place("to_place", "") if kind == "transfer" else ""
        note = self._draft.text("note")
        return partial(self._depart, article, kind, shelf, target, note)

    def _depart(self, article: AnyRow, kind: str, shelf: AnyRow, target: str, note: str) -> str:
        field = "counted" if kind == "correction" else "quantity"
        booking = self._booking(article, shelf.code, shelf[1], note, field)
        if kind == "out":
            self._movements.issue(booking)
        elif kind == "transfer":
            self._movements.transfer(booking, target)
        else:
            self._movements.correct(booking)
        return text("warehouse.booked")

    def _booking(self, article: AnyRow, place: str, lot: str, note: str, field: str = "quantity") -> Booking:
        return Booking(
            article_id=article.id,
            quantity=self._draft.quantity(field),
            place=place,
            lot=lot,
            note=note,
            request_id=self._draft.token,
        )

    def _shelf(self, article: AnyRow, shelves: Sequence[AnyRow]) -> AnyRow:
        """Choose lot and place; first expiring first, so the first one is the suggestion."""
        lines = {
            f"{row.id}@{row.code}": " · ".join(
                (
                    row[1] or "–",
                    row.code,
                    quantity(row[4], article.unit),
                    text("warehouse.until", day=day(row.best_before)),
                )
            )
            for row in shelves
        }
        chosen = self._draft.choice("shelf", list(lines), format_func=lambda option: lines.get(option, option))
        return next((row for row in shelves if f"{row.id}@{row.code}" == chosen), shelves[0])

    def _place(self, field: str, preset: str) -> str:
        codes = self._places.codes()
        options = codes if preset in {"", *codes} else [preset, *codes]
        return self._draft.choice(field, options, preset, accept_new_options=True)

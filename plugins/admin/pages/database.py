"""How the database is used: figures at a glance, and one part in detail."""

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from host import action, current, fragment, navigate, text
from host.ui.design import Metric, metric_row, plain_header
from plugins.admin.database import DatabaseWindow
from plugins.admin.database_params import PERIODS, VIEWS, DatabaseParams
from plugins.admin.pages.database_advice import indexes, loops
from plugins.admin.pages.database_locks import locks
from plugins.admin.pages.database_tables import pages, slow, statements
from plugins.admin.pages.parts import decimal, duration

PATH: Final = "admin/database"
LOOK_EVERY_S: Final = 10.0
_DRAW: Final[Mapping[str, Callable[[DatabaseWindow], None]]] = {
    "statements": statements,
    "pages": pages,
    "slow": slow,
    "nplus1": loops,
    "indexes": indexes,
    "locks": locks,
}


def database(params: DatabaseParams) -> None:
    """Draw what the address asks for."""
    plain_header("admin.database.title", "admin.database.subtitle")
    window = DatabaseWindow(current().application.host.database(), max(1, params.minutes))
    _choices(params)
    _tiles(window)
    _DRAW[params.view](window)


@fragment(run_every=LOOK_EVERY_S)
def _tiles(window: DatabaseWindow) -> None:
    whole = window.summary()
    pools = window.pools_here()
    used, most = sum(each.checked_out for each in pools), sum(each.size + each.max_overflow for each in pools)
    waiting = sum(each.waiting for each in pools)
    failed = text("admin.database.failed", count=whole.statements.errors)
    back = text("admin.database.rolled_back", count=whole.rolled_back)
    metric_row(
        [
            Metric(text("admin.database.rate"), decimal(whole.statements_per_s), failed),
            Metric(text("admin.database.p95"), duration(whole.p95_ms), text("admin.database.p95.detail")),
            Metric(text("admin.database.transactions"), decimal(whole.transactions.count, 0), back),
            Metric(
                text("admin.database.retries"),
                str(whole.conflicts + whole.lost),
                text("admin.database.retries.detail", conflicts=whole.conflicts, lost=whole.lost),
                "attention" if whole.lost else "neutral",
            ),
            Metric(
                text("admin.database.pool"),
                f"{used} / {most}",
                text("admin.database.waiting", count=waiting),
                "bad" if waiting else "neutral",
            ),
        ]
    )


def _choices(params: DatabaseParams) -> None:
    view, minutes = f"{PATH}/view", f"{PATH}/minutes"
    st.session_state[view], st.session_state[minutes] = params.view, params.minutes
    with st.container(key=f"{PATH}/choices", horizontal=True, horizontal_alignment="distribute"):
        st.segmented_control(
            text("admin.database.view"),
            VIEWS,
            key=view,
            format_func=lambda name: text(f"admin.database.view.{name}"),
            label_visibility="collapsed",
            on_change=action(_go),
            args=(params,),
        )
        st.segmented_control(
            text("admin.database.period"),
            sorted({*PERIODS, params.minutes}),
            key=minutes,
            format_func=_period,
            label_visibility="collapsed",
            on_change=action(_go),
            args=(params,),
        )


def _go(params: DatabaseParams) -> None:
    # A second click on what is chosen takes the choice away; it then stays as it was.
    view = st.session_state[f"{PATH}/view"] or params.view
    navigate(PATH, {"view": view, "minutes": st.session_state[f"{PATH}/minutes"] or params.minutes})


def _period(minutes: int) -> str:
    unit, count = ("hours", minutes // 60) if minutes % 60 == 0 else ("minutes", minutes)
    return text(f"admin.database.{unit}", count=count)

"""The sample's pages."""

from dataclasses import dataclass
from typing import Annotated, Literal

import streamlit as st
from pydantic import BaseModel, Field

from host import PageEvent, PageVisited, action, back, block, fragment, navigate, project_root, text
from host.ui.design import Metric, metric_row, page_header, plain_header, status_badge

RUNS: dict[str, int] = {}


def write_down(name: str, line: str) -> None:
    """Let the test see what happened in this process."""
    with (project_root() / f"{name}.txt").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def visited(event: PageVisited) -> None:
    """Hear of visits."""
    write_down("visits", f"{event.previous or '-'} > {event.page}")


class ArticlesParams(BaseModel):
    """The list's address."""

    q: str = ""
    size: Annotated[int, Field(ge=1, le=100)] = 20
    sort: Literal["name", "stock"] = "name"
    tags: list[str] = []


def _ran(name: str) -> int:
    RUNS[name] = RUNS.get(name, 0) + 1
    return RUNS[name]


def articles(params: ArticlesParams) -> None:
    """A list with a search, figures and a table."""
    with page_header("shop.articles.title", "shop.articles.summary"):
        st.button(text("shop.new"), key="shop/articles/new", type="primary", icon=":material/add:")
        st.button(text("shop.export"), key="shop/articles/export", icon=":material/download:")
    metric_row(
        [
            Metric(text("shop.metric.articles"), "1,284"),
            Metric(text("shop.metric.low"), "12", text("shop.metric.low.detail"), "attention"),
            Metric(text("shop.metric.value"), "48.210 €"),
            Metric(text("shop.metric.orders"), "37", tone="good"),
        ]
    )
    st.text_input(text("shop.search"), key="shop/articles/q", placeholder=text("shop.search.hint"))
    st.text(f"params {params.q!r} {params.size} {params.sort} {params.tags}")
    rows = {"id": [f"A-{n}" for n in range(30)], "stock": [n * 7 % 40 for n in range(30)], "note": ["–"] * 30}
    st.dataframe(rows, hide_index=True, key="shop/articles/table", height=360)
    st.button("size 50", key="shop/articles/size", on_click=navigate, args=("shop/articles",), kwargs={"size": 50})
    if st.button("size 70", key="shop/articles/size70"):
        navigate("shop/articles", size=70)
    st.button(text("shop.open"), key="shop/articles/open", on_click=navigate, args=({"page": "shop/article", "id": 7},))
    if st.button("Open in the body", key="shop/articles/body"):
        navigate("shop/article", id=8)
    st.text(f"articles ran {_ran('articles')}")


@dataclass
class ArticleParams:
    """One article's address; without the id there is no article."""

    id: int
    tab: str = "stock"


def article(params: ArticleParams) -> None:
    """One article."""
    plain_header(f"Article {params.id}")
    status_badge("In stock", "good")
    st.button(text("shop.back"), key="shop/article/back", on_click=back)
    st.button("Save and leave", key="shop/article/save", on_click=action(_save_and_leave))


def _save_and_leave() -> None:
    navigate("shop/articles")
    write_down("sold", "after navigate")


class Till:
    """A page class."""

    def __init__(self) -> None:
        self.heard = st.session_state.setdefault("shop/till/heard", [])

    def on_event(self, event: PageEvent) -> None:
        """Write down what was told."""
        self.heard.append(event.kind)
        write_down("heard", event.kind)

    def render(self) -> None:
        """Show it."""
        plain_header("shop.till.title")
        st.text(f"heard {self.heard}")
        name = st.text_input("Name", key="shop/till/name")
        st.text(f"At the till: {name or 'nobody'}")
        st.button("Refund", key="shop/till/refund", on_click=action(_refund, permission="shop.refund"))
        st.button("Fail", key="shop/till/fail", on_click=action(_fail))


def _refund() -> None:
    write_down("sold", "refund")


def _fail() -> None:
    raise RuntimeError("postgresql://user:secret@db/shop")


def broken() -> None:
    """Raise after half of the page, until told otherwise."""
    plain_header("shop.broken.title")
    st.text("the half before")
    if not st.session_state.get("shop/broken/mended"):
        st.session_state["shop/broken/mended"] = True
        raise RuntimeError("the database said postgresql://user:secret@db/shop")
    st.text("whole again")


def leaving() -> None:
    """End the interpreter, or try to."""
    raise SystemExit(3)


def parts() -> None:
    """A page of blocks and parts."""
    plain_header("shop.parts.title")
    with block("shop.parts.first"):
        raise ValueError("first block")
    with block("shop.parts.second"):
        st.text("the second block stands")
    clock()
    st.text(f"parts ran {_ran('parts')}")


@fragment
def clock() -> None:
    """A part that reruns by itself."""
    st.button("Tick", key="shop/parts/tick")
    st.text(f"clock ran {_ran('clock')}")


def revocable() -> None:
    """A page that may be taken away while it is open."""
    plain_header("shop.revocable.title")
    st.button("Sell", key="shop/revocable/sell", on_click=action(_sell))
    secret_part()


@fragment
def secret_part() -> None:
    """Data that must not be sent any more."""
    st.button("Look again", key="shop/revocable/look")
    st.text(f"secret stock {_ran('secret')}")


def _sell() -> None:
    write_down("sold", "sold")


def whole() -> None:
    """A page that runs with the whole app."""
    plain_header("shop.whole.title")
    st.button("Again", key="shop/whole/again")
    st.text(f"whole ran {_ran('whole')}")


def widgets() -> None:
    """One of each, to be looked at in both looks."""
    plain_header("shop.widgets.title")
    here = "shop/widgets"
    first, second = st.tabs(["First", "Second"], key=f"{here}/tabs")
    with first:
        st.radio("Radio", ["One", "Two"], key=f"{here}/radio")
        st.checkbox("Check", value=True, key=f"{here}/check")
        st.toggle("Toggle", value=True, key=f"{here}/toggle")
        st.selectbox("Select", ["One", "Two"], key=f"{here}/select")
        st.multiselect("Several", ["One", "Two"], default=["One"], key=f"{here}/several")
        st.slider("Slider", 0, 10, 5, key=f"{here}/slider")
        st.number_input("Number", 0, 10, key=f"{here}/number")
    second.text("Second")
    st.segmented_control("Segments", ["One", "Two"], default="One", key=f"{here}/segments")
    st.pills("Pills", ["One", "Two"], default="One", key=f"{here}/pills")
    st.button("Primary", type="primary", key=f"{here}/primary")
    st.markdown("Text with a [link](https://example.org) and `code`.")
    st.caption("A caption.")
    for draw in (st.info, st.success, st.warning, st.error):
        draw("What is to be said.")
    with st.expander("More"):
        st.text("More")
    st.progress(0.4, "Two of five")
    for tone in ("good", "attention", "bad", "neutral", "info"):
        status_badge(tone, tone)


def never() -> None:
    """A guard stands before this page."""
    raise AssertionError("a refused page ran")

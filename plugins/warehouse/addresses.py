"""What the addresses of the pages hold: typed parameters, each with its default."""

from typing import Literal

from pydantic import BaseModel, Field

from plugins.warehouse.services.articles import ArticleFilter
from plugins.warehouse.services.movements import MovementFilter
from plugins.warehouse.services.order_lookup import OrderFilter

MovementKind = Literal["", "in", "out", "correction", "transfer", "shipped"]
ArticleSort = Literal["number", "name", "category", "stock", "-stock", "free", "price", "-price"]


class ListParams(BaseModel):
    """What every list has: words to search for, and which part is shown."""

    q: str = Field("", max_length=200)
    part: int = Field(1, ge=1)


class ArticlesParams(ListParams):
    """The list of articles."""

    category: str = Field("", max_length=80)
    low: bool = False
    inactive: bool = False
    sort: ArticleSort = "number"

    def filter(self) -> ArticleFilter:
        """Return what to show."""
        return ArticleFilter(self.q, self.category, self.low, self.inactive)


class ArticleParams(BaseModel):
    """One article; without `id` a new one."""

    id: int | None = None


class MovementsParams(ListParams):
    """The list of movements; `article` is also the one that the form books."""

    kind: MovementKind = ""
    article: int | None = None

    def filter(self) -> MovementFilter:
        """Return what to show."""
        return MovementFilter(self.q, self.kind, self.article)


class OrdersParams(ListParams):
    """The list of orders."""

    state: Literal["", "open", "shipped", "cancelled"] = ""

    def filter(self) -> OrderFilter:
        """Return what to show."""
        return OrderFilter(self.q, self.state)


class OrderParams(BaseModel):
    """One order; without `id` a new one."""

    id: int | None = None


class ImportParams(BaseModel):
    """The import that is shown; without `id` the one that needs somebody."""

    id: int | None = None
    part: int = Field(1, ge=1)

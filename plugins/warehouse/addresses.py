"""What the addresses of the pages hold: typed parameters, each with its default."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from plugins.warehouse.services.articles import ArticleFilter
from plugins.warehouse.services.movements import MovementFilter
from plugins.warehouse.services.order_lookup import OrderFilter
from plugins.warehouse.services.paging import ListPlace
from plugins.warehouse.services.suppliers import SupplierFilter

MovementKind = Literal["", "in", "out", "correction", "transfer", "shipped"]
Key = Annotated[int, Field(ge=1, lt=2**63)]
"""Id of a record, as far as databases count."""
ArticleSort = Literal["number", "name", "category", "stock", "-stock", "free", "price", "-price"]


class ListParams(BaseModel):
    """What every list has: words to search for, and which part is shown."""

    q: str = Field("", max_length=200)
    part: int = Field(1, ge=1)


class GrowingListParams(BaseModel):
    """What a list has that only grows: words to search for, and from where on it is shown."""

    q: str = Field("", max_length=200)
    before: Key | None = None
    after: Key | None = None

    def place(self) -> ListPlace:
        """Return where the list goes on."""
        return ListPlace(self.before, self.after)


class ArticlesParams(ListParams):
    """The list of articles."""

    category: str = Field("", max_length=80)
    low: bool = False
    inactive: bool = False
    deleted: bool = False
    sort: ArticleSort = "number"

    def filter(self) -> ArticleFilter:
        """Return what to show."""
        return ArticleFilter(self.q, self.category, self.low, self.inactive)


class ArticleParams(BaseModel):
    """One article; without `id` a new one."""

    id: Key | None = None


class SuppliersParams(ListParams):
    """The list of suppliers."""

    ended: bool = False
    deleted: bool = False

    def filter(self) -> SupplierFilter:
        """Return what to show."""
        return SupplierFilter(self.q, self.ended, self.deleted)


class SupplierParams(BaseModel):
    """One supplier; without `id` a new one."""

    id: Key | None = None


class MovementsParams(GrowingListParams):
    """The list of movements; `article` is also the one that the form books."""

    kind: MovementKind = ""
    article: Key | None = None

    def filter(self) -> MovementFilter:
        """Return what to show."""
        return MovementFilter(self.q, self.kind, self.article)


class OrdersParams(GrowingListParams):
    """The list of orders."""

    state: Literal["", "open", "shipped", "cancelled"] = ""

    def filter(self) -> OrderFilter:
        """Return what to show."""
        return OrderFilter(self.q, self.state)


class OrderParams(BaseModel):
    """One order; without `id` a new one."""

    id: Key | None = None


class ImportParams(BaseModel):
    """The import that is shown; without `id` the one that needs somebody."""

    id: Key | None = None
    part: int = Field(1, ge=1)

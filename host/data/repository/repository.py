"""`Repository`: everything that is stored of one model, read and written inside or outside a unit of work."""

from typing import TypeVar, final

from host.data.repository.bulk import Bulk
from host.data.repository.deleting import Deleting
from host.data.repository.paging import Paging
from host.data.repository.writing import Writing

T = TypeVar("T")


@final
class Repository(Paging[T], Writing[T], Bulk[T], Deleting[T]):
    """Everything that is stored of one model.

    Inside an open unit of work of this thread it takes part in it; outside, every call is a transaction of its own
    and what it returns is detached: free to keep and to change, written by `update` only. It asks nobody for
    permission; the services that use it do.

    Args:
        database: whose rows.
        model: the mapped class; takes on `SoftDelete` and `Versioned` to be deleted softly and to notice a second
            editor.
    """

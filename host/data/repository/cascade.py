"""Which models are softly deleted along with which: SQLAlchemy's own delete cascades between `SoftDelete` models."""

from dataclasses import dataclass
from typing import Any, final

from sqlalchemy import ColumnElement, Update, select, tuple_
from sqlalchemy.orm import Mapper, RelationshipProperty
from sqlalchemy.orm.interfaces import ONETOMANY

from host.data.repository.shape import Shape, shape_of
from host.data.rows.mixins import SoftDelete
from host.errors import HostError


@final
@dataclass(frozen=True, slots=True)
class Cascade:
    """Rows of `child` that go with their parent.

    Args:
        pairs: column of the parent, column of the child that holds its value.
    """

    parent: Shape
    child: Shape
    pairs: tuple[tuple[ColumnElement[Any], ColumnElement[Any]], ...]

    def of_batch(self, statement: Update, batch: Any) -> Update:
        """Limit a statement on the child's table to the live children of the parents in `batch`."""
        table = self.parent.table.alias()
        theirs = [table.c[column.key] for column, _ in self.pairs]  # type: ignore[index]
        parents = select(*theirs).where(table.c.delete_batch_id == batch)
        return statement.where(tuple_(*(column for _, column in self.pairs)).in_(parents))


def cascades(shape: Shape) -> list[Cascade]:
    """Return the cascades that start at a model.

    Raises:
        HostError: one goes through a relation that is not one-to-many.
    """
    found = (_cascade(shape, relation) for relation in shape.mapper.relationships if relation.cascade.delete)
    return [each for each in found if each is not None]


def _cascade(shape: Shape, relation: RelationshipProperty[Any]) -> Cascade | None:
    if not issubclass(relation.mapper.class_, SoftDelete):
        return None
    if relation.direction is not ONETOMANY or relation.secondary is not None:
        raise HostError(
            f"{shape.model.__name__}.{relation.key} deletes along a relation that is not one-to-many.",
            remedy="Declare the cascade on the side of the parent.",
        )
    return Cascade(shape, shape_of(relation.mapper.class_), tuple(relation.local_remote_pairs))


def related(shape: Shape) -> list[Shape]:
    """Return every model whose rows can share a batch with those of `shape`, itself included."""
    mappers: list[Mapper[Any]] = [each for each in shape.mapper.registry.mappers if issubclass(each.class_, SoftDelete)]
    edges = [(each.parent, each.child) for mapper in mappers for each in cascades(shape_of(mapper.class_))]
    known = [shape]
    for member in known:
        ends = [end for edge in edges if member in edge for end in edge]
        known += dict.fromkeys(end for end in ends if end not in known)
    return known

"""Lists: in pages, sorted by one of their fields, and whole for whoever wants them as a file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")

_PORTION = 1000


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `total` counts the whole list, `whole` reads it from its beginning, in portions."""

    items: Sequence[T]
    total: int
    limit: int
    offset: int
    whole: Callable[[], Iterator[Sequence[T]]] | None = None

    @property
    def has_next(self) -> bool:
        """Whether more follow."""
        return self.offset + len(self.items) < self.total

    @property
    def has_prev(self) -> bool:
        """Whether some come before."""
        return self.offset > 0


def paginate(
    session: Session,
    statement: Select[Any],
    limit: int,
    offset: int,
    shown: Callable[[Sequence[Any]], Sequence[Any]] = list,
) -> Page[Any]:
    """Read one page of a statement of one entity, and count the whole; `shown` makes of entities what is answered."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    items = session.scalars(statement.limit(limit).offset(offset)).all()

    def whole() -> Iterator[Sequence[Any]]:
        # A cursor of the server: one statement sees one state of the list, however long reading takes.
        rows = session.scalars(statement, execution_options={"yield_per": _PORTION})
        for portion in rows.partitions():
            yield shown(portion)

    return Page(shown(items), total, limit, offset, whole)


def in_order(statement: Select[Any], table: Any, sort: str, **columns: Any) -> Select[Any]:
    """The statement sorted by `sort`, a column's name with a minus before it for downwards; ids decide among equals.

    `columns` holds what is sorted by where a name is not that of a column of the table. What is null comes last.
    """
    name = sort.removeprefix("-")
    column = columns[name] if name in columns else getattr(table, name)
    order, ids = (column.desc(), table.id.desc()) if sort.startswith("-") else (column.asc(), table.id.asc())
    # Said only where it matters: an index in the usual order could not serve it.
    if getattr(column, "nullable", False):
        order = order.nulls_last()
    return statement.order_by(None).order_by(order, ids)

"""Lists: in pages, sorted by one of their fields, and whole for whoever wants them as a file."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Result, Select, func
from sqlalchemy.orm import Session

T = TypeVar("T")

Portions = Generator[Sequence[Any], None, None]
"""The rows of a list, some at a time."""

_PORTION = 1000


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `total` counts the whole list, `whole` reads it from its beginning, in portions."""

    items: Sequence[T]
    total: int
    limit: int
    offset: int
    whole: Callable[[], Portions]

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
    """Read one page of a statement of one entity or of columns, and count the whole.

    `shown` makes of what is read what is answered. A statement that groups or joins many to one would be miscounted.
    """
    counted = statement.with_only_columns(func.count(), maintain_column_froms=True).order_by(None).correlate(None)
    # One question for both; past the end there is no row to carry the count.
    rows = session.execute(statement.add_columns(counted.scalar_subquery().label("total")).limit(limit).offset(offset))
    found = rows.all()
    total = found[0].total if found else session.scalar(counted) or 0 if offset else 0
    items = [row[0] for row in found] if _is_of_entities(statement) else found

    def whole() -> Portions:
        # A cursor of the server: one statement sees one state of the list, however long reading takes.
        rows = _rows(session, statement, yield_per=_PORTION)
        try:
            for portion in rows.partitions():
                yield shown(portion)
        finally:
            rows.close()

    return Page(shown(items), total, limit, offset, whole)


def _rows(session: Session, statement: Select[Any], **options: Any) -> Result[Any]:
    """Entities of a statement of one, else its rows."""
    found = session.execute(statement, execution_options=options)
    return found.scalars() if _is_of_entities(statement) else found  # type: ignore[return-value]


def _is_of_entities(statement: Select[Any]) -> bool:
    return len(statement.column_descriptions) == 1


def in_one_portion(rows: Sequence[Any]) -> Portions:
    """A list that is in memory as it is."""
    yield rows


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

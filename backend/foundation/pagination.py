"""Lists in pages: limit, offset and the total."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `total` counts the whole list."""

    items: Sequence[T]
    total: int
    limit: int
    offset: int

    @property
    def has_next(self) -> bool:
        """Whether more follow."""
        return self.offset + len(self.items) < self.total

    @property
    def has_prev(self) -> bool:
        """Whether some come before."""
        return self.offset > 0


def paginate(session: Session, statement: Select[Any], limit: int, offset: int) -> Page[Any]:
    """Read one page of a statement of one entity, and count the whole."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    items = session.scalars(statement.limit(limit).offset(offset)).all()
    return Page(items, total, limit, offset)

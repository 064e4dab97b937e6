"""What reads accounts."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.errors import NoSession
from backend.accounts.models import User


def own_account(session: Session, user_id: UUID) -> User:
    """The tenant's account. Raises NoSession when it no longer exists."""
    user = session.scalar(select(User).where(User.id == user_id))
    if user is None:
        raise NoSession("This account no longer exists.")
    return user

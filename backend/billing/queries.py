"""What reads billing."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from backend.billing.plans import FREE_PLAN


def plan_of(_session: Session, _user_id: UUID) -> str:
    """The plan of an account. Nothing is sold yet: everybody is on the free plan."""
    return FREE_PLAN


def plan_claims(session: Session, user_id: UUID) -> Mapping[str, str]:
    """The plan of an account, as a claim of its access token."""
    return {"subscription_plan": plan_of(session, user_id)}

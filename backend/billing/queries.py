"""What reads billing."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from backend.billing.plans import FREE_PLAN


def plan_claims(_session: Session, _user_id: UUID) -> Mapping[str, str]:
    """The plan of an account, as a claim of its access token. Nothing is sold yet: everybody is on the free plan."""
    return {"subscription_plan": FREE_PLAN}

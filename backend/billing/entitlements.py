"""What an account may do: the one place that is asked, by the limit's name."""

from uuid import UUID

from sqlalchemy.orm import Session

from backend.billing.plans import LIMITS, Limit
from backend.billing.queries import plan_of
from backend.foundation.errors import Forbidden


class PlanLimit(Forbidden):
    """The plan does not go that far; the message says what would."""

    code = "PLAN_LIMIT"


_SENTENCES: dict[Limit, str] = {
    "backtests_a_day": "Your plan runs {most:,} backtests a day, and today's are used up. More run from 00:00 UTC on.",
    "candles_a_backtest": "Your plan runs backtests of up to {most:,} candles, and this one has {wanted:,}."
    " Choose a shorter period or a longer time frame.",
    "trials_an_optimization": "Your plan tries up to {most:,} combinations in one optimisation, and this one has"
    " {wanted:,}. Vary fewer parameters, take larger steps, or try fewer at random.",
}


def limit_of(session: Session, user_id: UUID, name: Limit) -> int:
    """The most that the account's plan allows."""
    return LIMITS[plan_of(session, user_id)][name]


def require(session: Session, user_id: UUID, name: Limit, wanted: int) -> None:
    """Raises PlanLimit where `wanted`, what the account would have with this request, is more than its plan allows."""
    most = limit_of(session, user_id, name)
    if wanted > most:
        raise PlanLimit(_SENTENCES[name].format(most=most, wanted=wanted))

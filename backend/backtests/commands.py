"""What changes backtests: wanting one, again, cancelling, naming, deleting."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.backtests.configuration import RunChecker
from backend.backtests.errors import AlreadyOver
from backend.backtests.models import UNFINISHED, Backtest
from backend.backtests.queries import own_backtest
from backend.backtests.schemas import RunSettingsSchema
from backend.billing.entitlements import require
from backend.foundation.clock import Clock
from backend.foundation.events import publish
from backend.foundation.ids import new_id
from backend.market_data.queries import milliseconds
from backend.trading.candles import TIMEFRAMES
from backend.trading.strategies import strategy_of

_COPIED = ("name", "exchange", "symbol", "timeframe", "start", "end", "strategy", "initial_balance", "configuration")


def create_backtest(session: Session, clock: Clock, checker: RunChecker, data: dict[str, Any]) -> Backtest:
    """Queue a run. Raises UnusableBacktest or PlanLimit."""
    data = dict(data)
    start, end, name = data.pop("start"), data.pop("end"), data.pop("name")
    values = checker.checked(data, (start, end))
    candles = (milliseconds(end) - milliseconds(start)) // TIMEFRAMES[values["timeframe"]]
    require(session, checker.user_id, "candles_a_backtest", candles)
    title = strategy_of(values["strategy"]).title
    backtest = Backtest(
        id=new_id(),
        user_id=checker.user_id,
        name=name or f"{title}, {values['symbol']} {values['timeframe']}",
        start=start,
        end=end,
        **{part: values[part] for part in ("exchange", "symbol", "timeframe", "strategy", "initial_balance")},
        configuration=stored_configuration(values),
    )
    return _queue(session, clock, backtest)


def run_again(session: Session, clock: Clock, user_id: UUID, backtest_id: UUID) -> Backtest:
    """Queue a run of the same settings; same candles and same code give the same result. Raises NoSuchBacktest."""
    before = own_backtest(session, user_id, backtest_id)
    again = Backtest(id=new_id(), user_id=user_id, **{name: getattr(before, name) for name in _COPIED})
    return _queue(session, clock, again)


def cancel_backtest(session: Session, clock: Clock, user_id: UUID, backtest_id: UUID) -> Backtest:
    """Stop a run that is not over; a worker that is at it notices. Raises NoSuchBacktest, AlreadyOver."""
    backtest = own_backtest(session, user_id, backtest_id, locked=True)
    if backtest.status not in UNFINISHED:
        raise AlreadyOver("backtest", backtest.status)
    backtest.status, backtest.finished_at = "canceled", clock.now()
    session.flush()
    tell(session, clock, backtest)
    return backtest


def rename_backtest(session: Session, user_id: UUID, backtest_id: UUID, name: str) -> Backtest:
    """Give it another name. Raises NoSuchBacktest."""
    backtest = own_backtest(session, user_id, backtest_id)
    backtest.name = name
    session.flush()
    return backtest


def delete_backtest(session: Session, user_id: UUID, backtest_id: UUID) -> None:
    """Delete a run, whatever its state; a worker that is at it stops. Raises NoSuchBacktest."""
    session.delete(own_backtest(session, user_id, backtest_id))
    session.flush()


def tell(session: Session, clock: Clock, backtest: Backtest, step: str = "") -> None:
    """Tell how far a run is; the last of these tells how it ended."""
    payload = {
        "id": str(backtest.id),
        "kind": "backtest",
        "name": backtest.name,
        "status": backtest.status,
        "progress": backtest.progress,
        "step": step,
    }
    publish(session, clock, backtest.user_id, "backtest.progress", payload)


def stored_configuration(values: dict[str, Any]) -> dict[str, Any]:
    """Checked settings as JSON, with the market's filters."""
    return {**RunSettingsSchema().dump(values), "filters": values["filters"]}


def _queue(session: Session, clock: Clock, backtest: Backtest) -> Backtest:
    require(session, backtest.user_id, "backtests_a_day", _today(session, clock, backtest.user_id) + 1)
    backtest.created_at = backtest.updated_at = clock.now()
    backtest.status, backtest.progress, backtest.attempts = "queued", 0.0, 0
    session.add(backtest)
    session.flush()
    publish(session, clock, backtest.user_id, "backtest.queued", {"id": str(backtest.id)})
    return backtest


def _today(session: Session, clock: Clock, user_id: UUID) -> int:
    """How many runs the user has wanted since midnight, UTC. One user's requests wait for each other."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"backtests {user_id}", 4))))
    midnight = datetime.combine(clock.now().astimezone(UTC).date(), datetime.min.time(), UTC)
    statement = select(func.count()).where(
        Backtest.user_id == user_id, Backtest.created_at >= midnight, Backtest.created_at < midnight + timedelta(days=1)
    )
    return session.scalar(statement) or 0

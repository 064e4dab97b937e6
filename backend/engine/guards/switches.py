"""The switches that halt entries: of the whole platform, of one exchange, of one user. Exits are never halted."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import any_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.engine.guards.models import TradingSwitch
from backend.exchanges.venues import venue_of
from backend.foundation.clock import Clock
from backend.foundation.events import publish
from backend.foundation.ids import new_id


@dataclass(frozen=True)
class Halts:
    """What is switched off at the moment, with the reason of each."""

    platform: str | None
    exchanges: dict[str, str]
    users: dict[UUID, str]

    def reason_for(self, exchange: str, user_id: UUID) -> str | None:
        """Why this user may not buy at this exchange, as a sentence; None where nothing is switched off."""
        if self.platform is not None:
            return f"Trading is switched off on the whole platform: {self.platform}"
        if exchange in self.exchanges:
            return f"Trading on {venue_of(exchange).name} is switched off: {self.exchanges[exchange]}"
        if user_id in self.users:
            return f"You have switched trading off: {self.users[user_id]}"
        return None


def halts_of(session: Session, users: Iterable[UUID]) -> Halts:
    """The switches that concern these users."""
    rows = session.scalars(
        select(TradingSwitch).where(or_(TradingSwitch.user_id.is_(None), TradingSwitch.user_id == any_(list(users))))  # type: ignore[arg-type]
    ).all()
    return Halts(
        next((row.reason for row in rows if row.scope == "platform"), None),
        {row.exchange: row.reason for row in rows if row.exchange is not None},
        {row.user_id: row.reason for row in rows if row.user_id is not None},
    )


def halt_user(session: Session, clock: Clock, user_id: UUID, reason: str) -> None:
    """Switch the user's trading off; no bot of theirs buys until it is switched on again."""
    _halt(session, "user", reason, user_id=user_id)
    publish(session, clock, user_id, "trading.halted", {"scope": "user", "reason": reason})


def resume_user(session: Session, clock: Clock, user_id: UUID) -> None:
    """Switch it on again."""
    done = session.execute(delete(TradingSwitch).where(TradingSwitch.user_id == user_id).returning(TradingSwitch.id))
    if done.first() is not None:
        publish(session, clock, user_id, "trading.resumed", {"scope": "user"})


def halt_exchange(session: Session, exchange: str, reason: str) -> None:
    """Switch an exchange off for everybody; the operator's. Raises UnknownExchange."""
    _halt(session, "exchange", reason, exchange=venue_of(exchange).id)


def resume_exchange(session: Session, exchange: str) -> None:
    """Switch it on again."""
    session.execute(delete(TradingSwitch).where(TradingSwitch.exchange == exchange))


def halt_platform(session: Session, reason: str) -> None:
    """Switch all trading off; the operator's."""
    _halt(session, "platform", reason)


def resume_platform(session: Session) -> None:
    """Switch it on again."""
    session.execute(delete(TradingSwitch).where(TradingSwitch.scope == "platform"))


def _halt(session: Session, scope: str, reason: str, exchange: str | None = None, user_id: UUID | None = None) -> None:
    row = {"id": new_id(), "scope": scope, "exchange": exchange, "user_id": user_id, "reason": reason}
    session.execute(insert(TradingSwitch).values(**row).on_conflict_do_nothing())

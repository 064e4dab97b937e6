"""What reads the operator's switches: of the whole platform, and of each exchange."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.engine.guards.models import TradingSwitch
from backend.exchanges.venues import VENUES


def switches(session: Session) -> list[dict[str, Any]]:
    """The platform's switch, then every exchange's by its name."""
    rows = session.scalars(
        select(TradingSwitch).where(TradingSwitch.user_id.is_(None)).execution_options(populate_existing=True)
    )
    halted = {row.exchange: row for row in rows}
    names = {venue.id: venue.name for venue in VENUES.values()}
    places: list[tuple[str | None, str]] = [(None, "Whole platform"), *sorted(names.items(), key=lambda one: one[1])]
    return [
        {
            "exchange": exchange,
            "name": name,
            "is_halted": exchange in halted,
            "reason": halted[exchange].reason if exchange in halted else None,
            "since": halted[exchange].created_at if exchange in halted else None,
        }
        for exchange, name in places
    ]

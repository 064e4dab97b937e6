"""What reads API keys and exchanges."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.config import Settings
from backend.exchanges.errors import ExchangeBusy, ExchangeUnreachable, OutcomeUnknown
from backend.exchanges.gateway import Gateway, Market
from backend.exchanges.models import ApiKey
from backend.exchanges.venues import VENUES, Venue, is_sandbox, key_guide, venue_of
from backend.foundation.errors import NotFound


def own_keys(user_id: UUID) -> Select[ApiKey]:
    """The user's keys that are not deleted."""
    return select(ApiKey).where(ApiKey.user_id == user_id, ApiKey.status != "deleted")


def own_key(session: Session, user_id: UUID, key_id: UUID) -> ApiKey:
    """The user's key. Raises NotFound."""
    key = session.scalar(own_keys(user_id).where(ApiKey.id == key_id))
    if key is None:
        raise NotFound("You have no API key with this id.")
    return key


def describe_venue(settings: Settings, venue: Venue) -> dict[str, Any]:
    """The exchange as a user meets it."""
    page, steps = key_guide(settings, venue)
    sandbox = is_sandbox(settings, venue.id)
    return {
        "id": venue.id,
        "name": f"{venue.name} (sandbox)" if sandbox else venue.name,
        "is_sandbox": sandbox,
        "key_page_url": page,
        "key_guide": steps,
        "timeframes": venue.timeframes,
    }


def describe_venues(settings: Settings) -> list[dict[str, Any]]:
    """Every exchange that bots can trade on."""
    return [describe_venue(settings, venue) for venue in VENUES.values()]


def markets_of(settings: Settings, exchange: str) -> list[Market]:
    """The exchange's open spot markets. Raises UnknownExchange or ExchangeUnreachable."""
    venue = venue_of(exchange)
    try:
        return Gateway(settings, venue.id).markets()
    except (ExchangeBusy, OutcomeUnknown):
        raise ExchangeUnreachable(venue.name) from None


def market_of(settings: Settings, exchange: str, symbol: str) -> Market | None:
    """One market, or None where the exchange has none of this symbol. Raises ExchangeUnreachable."""
    venue = venue_of(exchange)
    try:
        return Gateway(settings, venue.id).market(symbol)
    except (ExchangeBusy, OutcomeUnknown):
        raise ExchangeUnreachable(venue.name) from None

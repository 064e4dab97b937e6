"""What reads API keys and exchanges."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend.config import Settings
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import ExchangeProblem, ExchangeUnreachable
from backend.exchanges.models import ApiKey
from backend.exchanges.nouns import Credentials, Market
from backend.exchanges.venue import Venue
from backend.exchanges.venues import VENUES, is_sandbox, key_guide, venue_of
from backend.foundation.errors import NotFound
from backend.foundation.key_vault import KeyVault
from backend.foundation.pagination import Page, in_order, paginate

_NO_SUCH_KEY = "You have no API key with this id."


def own_keys(user_id: UUID) -> Select[ApiKey]:
    """The user's keys that are not deleted."""
    return select(ApiKey).where(ApiKey.user_id == user_id, ApiKey.status != "deleted")


def page_of_keys(session: Session, user_id: UUID, arguments: dict[str, Any]) -> Page[ApiKey]:
    """One page of the user's keys that match the filters."""
    statement = own_keys(user_id)
    for name in ("exchange", "status"):
        if name in arguments:
            statement = statement.where(getattr(ApiKey, name) == arguments[name])
    ordered = in_order(statement, ApiKey, arguments["sort"], label=func.lower(ApiKey.label))
    return paginate(session, ordered, arguments["limit"], arguments["offset"])


def own_key(session: Session, user_id: UUID, key_id: UUID) -> ApiKey:
    """The user's key. Raises NotFound."""
    key = session.scalar(own_keys(user_id).where(ApiKey.id == key_id))
    if key is None:
        raise NotFound(_NO_SUCH_KEY)
    return key


def locked_key(session: Session, user_id: UUID, key_id: UUID) -> ApiKey:
    """The user's key, read anew and locked, after an exchange was asked about it. Raises NotFound."""
    wanted = own_keys(user_id).where(ApiKey.id == key_id)
    key = session.scalar(wanted.with_for_update(key_share=True).execution_options(populate_existing=True))
    if key is None:
        raise NotFound(_NO_SUCH_KEY)
    return key


def credentials_of(vault: KeyVault, key: ApiKey) -> Credentials:
    """The key in the clear, to be handed to a gateway and to nothing else."""
    passphrase = vault.decrypt(key.passphrase_enc) if key.passphrase_enc else None
    return Credentials(vault.decrypt(key.api_key_enc), vault.decrypt(key.api_secret_enc), passphrase)


def describe_venue(settings: Settings, venue: Venue) -> dict[str, Any]:
    """The exchange as a user meets it."""
    page, steps = key_guide(settings, venue)
    sandbox = is_sandbox(settings, venue.id)
    return {
        "id": venue.id,
        "name": f"{venue.name} (sandbox)" if sandbox else venue.name,
        "is_sandbox": sandbox,
        "trades": venue.trades,
        "has_testnet": venue.has_testnet and not sandbox,
        "tells_rights": venue.tells_rights,
        "order_types": sorted(venue.order_types),
        "maker_fee": venue.maker_fee,
        "taker_fee": venue.taker_fee,
        "key_page_url": page,
        "key_guide": steps,
        "key_fields": venue.key_fields,
        "timeframes": venue.timeframes,
    }


def describe_venues(settings: Settings) -> list[dict[str, Any]]:
    """Every exchange that bots can trade on, and those whose prices can be read."""
    return [describe_venue(settings, venue) for venue in VENUES.values()]


def markets_of(settings: Settings, exchange: str) -> list[Market]:
    """The exchange's open spot markets. Raises UnknownExchange or ExchangeUnreachable."""
    venue = venue_of(exchange)
    try:
        markets = ExchangeAccess.from_settings(settings).markets(venue.id)
    except ExchangeProblem:
        raise ExchangeUnreachable(venue.name) from None
    return [market for market in markets.values() if market.is_active]


def market_of(settings: Settings, exchange: str, symbol: str) -> Market | None:
    """One market, or None where the exchange has none of this symbol that is open. Raises ExchangeUnreachable."""
    venue = venue_of(exchange)
    try:
        market = ExchangeAccess.from_settings(settings).market(venue.id, symbol)
    except ExchangeProblem:
        raise ExchangeUnreachable(venue.name) from None
    return market if market is not None and market.is_active else None

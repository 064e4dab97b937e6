"""Exchanges that EXTRA_EXCHANGES adds: any that ccxt knows, for their candles, tickers and markets."""

import ccxt

from backend.config import Settings, SettingsError
from backend.exchanges.venue import RequestLimit, RequestLimits, Venue
from backend.exchanges.venue_table import ALL
from backend.exchanges.venues import VENUES
from backend.trading.candles import TIMEFRAMES


def register(settings: Settings) -> None:
    """Add the exchanges of the settings to VENUES; called once by each process before anything else.

    Raises SettingsError naming every entry that cannot be used. Twice changes nothing.
    """
    built_in = {venue.id for venue in ALL}
    problems = [
        f"EXTRA_EXCHANGES.{exchange}: {problem}"
        for exchange in settings.extra_exchanges
        for problem in _problems(settings, exchange, built_in)
    ]
    if problems:
        raise SettingsError("Settings that cannot be used:\n  " + "\n  ".join(problems))
    for exchange in settings.extra_exchanges:
        VENUES[exchange] = _venue(settings, exchange)


def _problems(settings: Settings, exchange: str, built_in: set[str]) -> list[str]:
    if exchange in built_in:
        return ["is built in; leave it out"]
    if exchange not in ccxt.exchanges:
        return [f"ccxt {ccxt.__version__} knows no exchange of this id"]
    client = getattr(ccxt, exchange)()
    problems = []
    if not client.has.get("fetchOHLCV"):
        problems.append("tells no candles")
    known = [timeframe for timeframe in client.timeframes or {} if timeframe in TIMEFRAMES]
    unknown = [one for one in settings.extra_exchanges[exchange].timeframes if one not in known]
    if unknown:
        problems.append(f"has no time frame {', '.join(unknown)}; it has {', '.join(known)}")
    return problems


def _venue(settings: Settings, exchange: str) -> Venue:
    wanted = settings.extra_exchanges[exchange]
    limit = RequestLimit(wanted.requests_per_minute, 60)
    return Venue(
        id=exchange,
        name=wanted.name,
        key_page_url="",
        key_guide=(f"{wanted.name} only tells its prices here; it takes no keys.",),
        key_fields=(),
        timeframes=wanted.timeframes,
        maker_fee=wanted.maker_fee,
        taker_fee=wanted.taker_fee,
        limits=RequestLimits(limit, limit, limit),
        absent_after_seconds=0,
        order_types=frozenset(),
        has_clock=False,
        tells_rights=False,
        options=wanted.options,
    )

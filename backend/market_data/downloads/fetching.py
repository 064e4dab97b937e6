"""Fetches what is missing of a range from the exchange; stopped anywhere, it goes on from what is stored."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import structlog

from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import ExchangeBusy
from backend.exchanges.gateway import Gateway
from backend.exchanges.venues import venue_of
from backend.foundation.platform import Platform
from backend.market_data.archive import MarketFrame
from backend.market_data.store import CandleStore
from backend.trading.candles import CANDLE, Candles, interval

log = structlog.get_logger(__name__)

_PAGE = 1000
_PAGES_A_STEP = 10
_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)

Pause = Callable[[float], object]


@dataclass(frozen=True)
class Step:
    """A part of the range that is stored now: everything before `position` (ms), `new` candles of it just now."""

    position: int
    new: int


def fetch_missing(
    platform: Platform, frame: MarketFrame, start: int, end: int, pause: Pause = time.sleep
) -> Iterator[Step]:
    """Fetch the closed candles of [start, end) that are not stored. Commits each step before it is yielded.

    Raises ExchangeBusy when the exchange does not answer for half a minute, OrderRefused when it has no such market.
    """
    end = min(end, _last_close(platform, frame))
    gateway = ExchangeAccess.of(platform).public(frame.exchange)
    with platform.database.across_tenants("download: what is missing") as session:
        spans = CandleStore(session, platform.settings).missing(frame, start, end)
    for since, until in spans:
        position = since
        while position < until:
            candles, position = _fetch_step(gateway, frame, position, until, pause)
            new = 0
            if len(candles):
                with platform.database.across_tenants("download: store candles") as session:
                    store = CandleStore(session, platform.settings)
                    new = store.write(frame.exchange, frame.symbol, frame.timeframe, candles, platform.clock.now())
            yield Step(position, new)
    if not spans:
        yield Step(end, 0)


def _fetch_step(gateway: Gateway, frame: MarketFrame, since: int, until: int, pause: Pause) -> tuple[Candles, int]:
    """The candles of a few pages, and from when on to ask next."""
    length = interval(frame.timeframe)
    pages: list[Candles] = []
    for _ in range(_PAGES_A_STEP):
        page = _fetch_page(gateway, frame, since, pause)
        wanted = page[(page["opened_at"] >= since) & (page["opened_at"] < until)]
        if not len(wanted):
            # An exchange answers with the first candles from then on: if none, there are none in the span. One that
            # answers by windows may have some after this one.
            window = venue_of(frame.exchange).candles_a_window
            since = until if window is None else min(since + window * length, until)
            if since == until:
                break
            continue
        pages.append(wanted)
        since = int(wanted["opened_at"][-1]) + length
        if since >= until:
            since = until
            break
    return np.concatenate([np.empty(0, dtype=CANDLE), *pages]), since


def _fetch_page(gateway: Gateway, frame: MarketFrame, since: int, pause: Pause) -> Candles:
    for seconds in _PAUSES:
        try:
            return gateway.candles(frame.symbol, frame.timeframe, since, _PAGE)
        except ExchangeBusy as error:
            log.warning("download_page_failed", market=str(frame), reason=error.reason, pause=seconds)
            pause(seconds)
    return gateway.candles(frame.symbol, frame.timeframe, since, _PAGE)


def _last_close(platform: Platform, frame: MarketFrame) -> int:
    # A candle is closed when it opened at least its length ago: this is after the last such opening.
    now = platform.clock.now()
    return round(now.timestamp() * 1000) - interval(frame.timeframe) + 1


def moment(milliseconds: int) -> datetime:
    """Milliseconds since 1970 as a moment in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)

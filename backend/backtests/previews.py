"""The preview beside a bot's form: the last days of its market, run while the user types."""

import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from backend.backtests.configuration import RunChecker, RunSettings, run_settings
from backend.backtests.execution import NoCandles, Notice, execute, market_from, run_notices
from backend.backtests.results import curve_json, curve_of, metric_json
from backend.backtests.trades import fills_json, trade_count
from backend.exchanges.venues import VENUES
from backend.foundation.clock import Clock
from backend.foundation.errors import ApplicationError
from backend.market_data.downloads.requests import latest_download, request_download
from backend.market_data.store import CandleStore
from backend.trading.candles import Candles
from backend.trading.metrics import describe
from backend.trading.strategies.evaluation import StrategyError, warmup_of

_MOST_FILLS = 500
_CURVE_POINTS = 300
_MOST_REMEMBERED = 8
_DAY = 86_400_000
_TRIED_LATELY = timedelta(hours=1)

_Key = tuple[str, str, str, int, int]


class RecentCandles:
    """The candles of the last previews: a user who types asks for the same ones again and again."""

    def __init__(self) -> None:
        self._remembered: OrderedDict[_Key, Candles] = OrderedDict()
        self._lock = Lock()

    def get(self, store: CandleStore, key: _Key, complete: int) -> Candles:
        """The candles of (exchange, symbol, timeframe, start, end); kept where there are `complete` or more."""
        with self._lock:
            if key in self._remembered:
                self._remembered.move_to_end(key)
                return self._remembered[key]
        candles = store.read(*key)
        if len(candles) >= complete:
            with self._lock:
                self._remembered[key] = candles
                while len(self._remembered) > _MOST_REMEMBERED:
                    self._remembered.popitem(last=False)
        return candles


def preview(
    session: Session, clock: Clock, checker: RunChecker, recent: RecentCandles, data: dict[str, Any]
) -> dict[str, Any]:
    """Run the settings on the last days. Raises UnusableBacktest.

    What is not stored of an exchange's candles is asked for, and said; the next preview has it.
    """
    begun = time.perf_counter()
    data = dict(data)
    days = data.pop("days")
    settings = run_settings(checker.checked(data, None), checker.user_id)
    end = int(clock.now().timestamp() * 1000) // settings.length * settings.length
    start = end - days * _DAY
    warmup = warmup_of(settings.strategy, settings.parameters, settings.length)
    first = start - warmup * settings.length
    wanted = (end - first) // settings.length
    key = (settings.exchange, settings.symbol, settings.timeframe, first, end)
    # The newest candle closes while it is asked for, and a market may have paused; neither is worth a download.
    candles = recent.get(CandleStore(session, checker.settings), key, wanted - max(wanted // 100, 2))
    notices = []
    if len(candles) < wanted - max(wanted // 100, 2):
        notices += _fetch(session, clock, checker, settings, first, end)
    try:
        market, found = market_from(candles, settings, start, end)
    except NoCandles as error:
        notices.append(Notice("no_candles", str(error)))
        return _nothing(start, end, notices, begun)
    try:
        executed = execute(settings, market)
    except StrategyError as error:
        return _nothing(start, end, [*notices, Notice("strategy_failed", str(error))], begun)
    if not notices:
        notices += found
    return {
        **_period(start, end),
        "candles": len(executed.run.equity),
        "metrics": [metric_json(metric) for metric in describe(executed.run.measures)],
        "curve": curve_json(curve_of(executed.run, _CURVE_POINTS)),
        "fills": fills_json(executed.run.fills[-_MOST_FILLS:]),
        "trades": trade_count(executed.run.fills),
        "outcomes": executed.run.outcome_counts(),
        "notices": [vars(notice) for notice in notices + run_notices(settings, executed.run)],
        "milliseconds": round((time.perf_counter() - begun) * 1000, 1),
    }


def _fetch(
    session: Session, clock: Clock, checker: RunChecker, settings: RunSettings, start: int, end: int
) -> list[Notice]:
    """Have the candles downloaded, unless that is under way or was tried lately; says so, or why not."""
    if settings.exchange not in VENUES:
        return []
    market = (settings.exchange, settings.symbol, settings.timeframe)
    latest = latest_download(session, checker.user_id, *market)
    if latest is not None and latest.finished_at is not None and latest.finished_at > clock.now() - _TRIED_LATELY:
        # A young market has no more than was fetched; asking again at every key would fetch nothing for ever.
        return [Notice("download_failed", latest.error)] if latest.error else []
    if latest is None or latest.finished_at is not None:
        wanted = {
            **dict(zip(("exchange", "symbol", "timeframe"), market, strict=True)),
            "start": datetime.fromtimestamp(start / 1000, UTC),
            "end": datetime.fromtimestamp(end / 1000, UTC),
        }
        try:
            request_download(session, clock, checker.settings, checker.user_id, wanted)
        except ApplicationError as error:
            return [Notice("download_refused", f"The missing candles cannot be fetched now: {error.message}")]
    return [Notice("downloading", "The candles of this market are being fetched; the preview fills in a moment.")]


def _nothing(start: int, end: int, notices: list[Notice], begun: float) -> dict[str, Any]:
    return {
        **_period(start, end),
        "candles": 0,
        "metrics": [],
        "curve": {"times": [], "equity": [], "benchmark": [], "drawdown": []},
        "fills": [],
        "trades": 0,
        "outcomes": {},
        "notices": [vars(notice) for notice in notices],
        "milliseconds": round((time.perf_counter() - begun) * 1000, 1),
    }


def _period(start: int, end: int) -> dict[str, datetime]:
    return {"start": datetime.fromtimestamp(start / 1000, UTC), "end": datetime.fromtimestamp(end / 1000, UTC)}

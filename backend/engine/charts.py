"""A bot's chart: candles of its market with the lines its strategy looks at."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import structlog
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.config import Settings
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import ExchangeBusy, ExchangeProblem, ExchangeUnreachable, OutcomeUnknown
from backend.exchanges.venues import venue_of
from backend.foundation.errors import FieldError, ValidationFailed
from backend.market_data.numbers import number_text
from backend.market_data.queries import newest_candles
from backend.trading.candles import Candles, interval
from backend.trading.series import Series
from backend.trading.strategies import strategy_of
from backend.trading.strategies.declaration import IndicatorLine
from backend.trading.strategies.evaluation import StrategyError, lines_of, warmup_of

log = structlog.get_logger(__name__)

_LONGEST_FETCH = 1000


def chart_of(
    session: Session, settings: Settings, now: datetime, bot: TradingBot, arguments: dict[str, Any]
) -> dict[str, Any]:
    """Closed candles and indicator lines, oldest first. Raises ValidationFailed for a symbol that is not the bot's."""
    symbol = arguments.get("symbol") or bot.symbols[0]
    if symbol not in bot.symbols:
        message = f"This bot trades {', '.join(bot.symbols)}, not {symbol}."
        raise ValidationFailed(message, [FieldError("symbol", message)])
    # The lines' first values need candles from before the chart begins.
    count = arguments["limit"] + _warmup(bot)
    candles = _recent(session, settings, now, bot, symbol, count)
    shown = slice(-arguments["limit"], None)
    lines = _lines(bot, candles)
    return {
        "symbol": symbol,
        "timeframe": bot.timeframe,
        "candles": [_candle(candle) for candle in candles[shown]],
        "indicators": [
            {
                "name": line.name,
                "pane": line.pane,
                "levels": [number_text(level) for level in line.levels],
                "values": _points(candles["opened_at"][shown], line.values[shown]),
            }
            for line in lines
        ],
    }


def _warmup(bot: TradingBot) -> int:
    try:
        return warmup_of(strategy_of(bot.strategy), bot.strategy_config, interval(bot.timeframe))
    except StrategyError:
        return 0


def _lines(bot: TradingBot, candles: Candles) -> list[IndicatorLine]:
    """What the strategy draws; nothing where it fails, for the candles are worth seeing all the same."""
    try:
        return lines_of(strategy_of(bot.strategy), Series(candles), bot.strategy_config)
    except StrategyError:
        log.exception("lines_failed", bot_id=str(bot.id), strategy=bot.strategy)
        return []


def _recent(session: Session, settings: Settings, now: datetime, bot: TradingBot, symbol: str, count: int) -> Candles:
    """The stored candles where the feed keeps them up to date, else fresh ones from the exchange."""
    length = interval(bot.timeframe)
    milliseconds = round(now.timestamp() * 1000)
    stored = newest_candles(session, bot.exchange, symbol, bot.timeframe, count)
    if len(stored) == count and stored["opened_at"][-1] + 3 * length >= milliseconds:
        return stored
    try:
        since = (milliseconds // length - min(count, _LONGEST_FETCH)) * length
        fresh = (
            ExchangeAccess.from_settings(settings)
            .public(bot.exchange)
            .candles(symbol, bot.timeframe, since, _LONGEST_FETCH)
        )
    except (ExchangeBusy, OutcomeUnknown):
        if len(stored):
            return stored
        raise ExchangeUnreachable(venue_of(bot.exchange).name) from None
    except ExchangeProblem:
        return stored
    return fresh[fresh["opened_at"] + length <= milliseconds]


def _candle(candle: Any) -> dict[str, Any]:
    prices = {name: number_text(float(candle[name])) for name in ("open", "high", "low", "close", "volume")}
    return {"opened_at": _moment(candle["opened_at"]), **prices}


def _points(opened_at: Any, values: Any) -> list[dict[str, Any]]:
    return [
        {"opened_at": _moment(moment), "value": f"{value:.10g}"}
        for moment, value in zip(opened_at, values, strict=True)
        if not np.isnan(value)
    ]


def _moment(milliseconds: Any) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)

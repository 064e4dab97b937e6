"""The core's records of many bots, read from the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import numpy as np

from backend.bots.models import TradingBot
from backend.engine.models import Position
from backend.exchanges.gateway import Market
from backend.trading.candles import Candles
from backend.trading.records import RULES, STATE

PAPER_SLIPPAGE = 0.0005
"""What a paper market order is worsened by, as a fraction: half a usual spread and a little."""


@dataclass(frozen=True)
class RecordBatch:
    """State and rules of each bot, in the bots' order."""

    states: Candles
    rules: Candles


def make_records(
    bots: Sequence[TradingBot], positions: Mapping[UUID, Position], market: Market, fee_rate: float
) -> RecordBatch:
    """One record of each kind for every bot."""
    states = np.zeros(len(bots), dtype=STATE)
    rules = np.zeros(len(bots), dtype=RULES)
    for index, bot in enumerate(bots):
        position = positions.get(bot.id)
        states[index] = _state(bot, position)
        rules[index] = (
            float(bot.base_amount),
            _fraction(bot.stop_loss_percentage),
            _fraction(bot.take_profit_percentage),
            fee_rate,
            PAPER_SLIPPAGE,
            float(market.price_tick),
            float(market.quantity_step),
            float(market.minimum_notional),
        )
    return RecordBatch(states, rules)


def _state(bot: TradingBot, position: Position | None) -> tuple[float, float, float, float, float]:
    cash = _cash(bot, position)
    if position is None:
        return cash, 0.0, 0.0, 0.0, 0.0
    return (
        cash,
        float(position.quantity),
        float(position.entry_price),
        float(position.stop_price or 0),
        float(position.take_profit_price or 0),
    )


def _cash(bot: TradingBot, position: Position | None) -> float:
    """A paper bot's own money; a live one's is the exchange's to know, which refuses what is not covered."""
    if not bot.is_paper_trading:
        return float("inf")
    bound = position.entry_price * position.quantity + position.entry_fees_open if position else Decimal(0)
    return float(bot.paper_balance + bot.total_profit_loss - bound)


def _fraction(percentage: Decimal | None) -> float:
    return float(percentage) / 100 if percentage is not None else 0.0

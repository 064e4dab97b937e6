"""The core's records of many bots, read from the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import numpy as np

from backend.bots.models import TradingBot
from backend.bots.trading_rules import RULE_FIELDS, rules_of
from backend.engine.memory import Memory, recall
from backend.engine.models import Position
from backend.exchanges.gateway import Market
from backend.trading.candles import Candles, interval
from backend.trading.records import RULES, STATE
from backend.trading.rules import Costs, Filters, Rules

PAPER_SLIPPAGE = 0.0005
"""What a paper market order is worsened by, as a fraction: half a usual spread and a little."""


@dataclass(frozen=True)
class RecordBatch:
    """State and rules of each bot, in the bots' order."""

    states: Candles
    rules: Candles


def make_records(
    bots: Sequence[TradingBot],
    positions: Mapping[UUID, Position],
    memories: Mapping[UUID, Memory],
    market: Market,
    fee_rate: float,
    close: float,
) -> RecordBatch:
    """One record of each kind for every bot; `close`: the newest candle's."""
    states = np.zeros(len(bots), dtype=STATE)
    rules = np.zeros(len(bots), dtype=RULES)
    costs = Costs(fee_rate, fee_rate, PAPER_SLIPPAGE)
    filters = Filters(float(market.price_tick), float(market.quantity_step), float(market.minimum_notional))
    for index, bot in enumerate(bots):
        fill_state(states[index], bot, positions.get(bot.id))
        recall(states[index], memories.get(bot.id, {}), close)
        rules[index] = _rules(bot, costs, filters).record(interval(bot.timeframe))[0]
    return RecordBatch(states, rules)


def _rules(bot: TradingBot, costs: Costs, filters: Filters) -> Rules:
    return rules_of({name: getattr(bot, name) for name in RULE_FIELDS}, costs, filters)


def fill_state(state: np.void, bot: TradingBot, position: Position | None) -> None:
    """Set what the ledger knows: money and position."""
    state["cash"] = _cash(bot, position)
    for name in ("quantity", "entry_price", "stop_price", "target_price", "peak_price"):
        state[name] = 0.0
    if position is not None:
        state["quantity"] = float(position.quantity)
        state["entry_price"] = float(position.entry_price)
        state["stop_price"] = float(position.stop_price or 0)
        state["target_price"] = float(position.take_profit_price or 0)
        state["peak_price"] = float(position.peak_price or position.entry_price)


def _cash(bot: TradingBot, position: Position | None) -> float:
    """A paper bot's own money; a live one's is the exchange's to know, which refuses what is not covered."""
    if not bot.is_paper_trading:
        return float("inf")
    bound = position.entry_price * position.quantity + position.entry_fees_open if position else Decimal(0)
    return float(bot.paper_balance + bot.total_profit_loss - bound)

"""What a bot is set to: kind, sizing, exits, limits and costs; whether it makes sense; and as the core's record."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from backend.trading.records import KINDS, MOST_GRID_INTERVALS, RULES, SIZINGS, SPACINGS, STATE
from backend.trading.window import TradingWindow


@dataclass(frozen=True)
class Dca:
    """Dollar-cost averaging: safety orders below the first buy. Amount in quote, deviation as a fraction."""

    start: Literal["signal", "at_once"] = "signal"
    safety_orders: int = 5
    safety_amount: float = 0.0
    deviation: float = 0.01
    step_scale: float = 1.0
    volume_scale: float = 1.0

    def deviations(self) -> list[float]:
        """How far below the first buy each safety order rests, as fractions."""
        steps = [self.deviation * self.step_scale**number for number in range(self.safety_orders)]
        return [sum(steps[: number + 1]) for number in range(self.safety_orders)]

    def amounts(self) -> list[float]:
        """What each safety order spends, in quote."""
        return [self.safety_amount * self.volume_scale**number for number in range(self.safety_orders)]


@dataclass(frozen=True)
class Grid:
    """Lines from `lower` to `upper` (prices in quote), with `intervals` spaces between them."""

    lower: float
    upper: float
    intervals: int = 10
    spacing: Literal["arithmetic", "geometric"] = "arithmetic"


@dataclass(frozen=True)
class Costs:
    """What trading costs: rates as fractions of the notional. The spread is whole; half of it is paid on each side."""

    maker_fee: float = 0.001
    taker_fee: float = 0.001
    slippage: float = 0.0005
    spread: float = 0.0


@dataclass(frozen=True)
class Filters:
    """What the market takes: price tick and smallest order in quote, quantity step in base; 0 is none."""

    price_tick: float = 0.0
    quantity_step: float = 0.0
    minimum_notional: float = 0.0


@dataclass(frozen=True)
class Rules:
    """Everything that rules a bot besides its strategy. Amounts in quote, shares as fractions, None is off."""

    kind: Literal["signal", "dca", "grid"] = "signal"
    sizing: Literal["fixed", "percent", "risk"] = "fixed"
    base_amount: float = 0.0
    equity_share: float | None = None
    risk_per_trade: float | None = None
    position_limit: float | None = None
    stop_loss: float | None = None
    take_profit: float | None = None
    trailing_stop: float | None = None
    cooldown_minutes: int | None = None
    max_daily_trades: int | None = None
    daily_loss_limit: float | None = None
    max_drawdown: float | None = None
    max_open_positions: int | None = None
    close_on_breach: bool = True
    window: TradingWindow | None = None
    dca: Dca | None = None
    grid: Grid | None = None
    costs: Costs = field(default_factory=Costs)
    filters: Filters = field(default_factory=Filters)

    def record(self, candle_length: int) -> NDArray[np.void]:
        """The rules as one record of RULES, in an array of length 1; `candle_length` in milliseconds."""
        records = np.zeros(1, dtype=RULES)
        rules = records[0]
        rules["kind"] = KINDS.index(self.kind)
        rules["candle_length"] = candle_length
        rules["sizing"] = SIZINGS.index(self.sizing)
        rules["base_amount"] = self.base_amount
        rules["equity_share"] = self.equity_share or 0.0
        rules["risk_per_trade"] = self.risk_per_trade or 0.0
        rules["position_limit"] = self.position_limit or 0.0
        rules["stop_loss"] = self.stop_loss or 0.0
        rules["take_profit"] = self.take_profit or 0.0
        rules["trailing_stop"] = self.trailing_stop or 0.0
        rules["cooldown"] = (self.cooldown_minutes or 0) * 60_000
        rules["max_daily_trades"] = self.max_daily_trades or 0
        rules["daily_loss_limit"] = self.daily_loss_limit or 0.0
        rules["max_drawdown"] = self.max_drawdown or 0.0
        rules["max_open_positions"] = self.max_open_positions or 0
        rules["close_on_breach"] = self.close_on_breach
        rules["maker_fee"] = self.costs.maker_fee
        rules["taker_fee"] = self.costs.taker_fee
        rules["slippage"] = self.costs.slippage + self.costs.spread / 2.0
        rules["price_tick"] = self.filters.price_tick
        rules["quantity_step"] = self.filters.quantity_step
        rules["minimum_notional"] = self.filters.minimum_notional
        if self.dca is not None and self.kind == "dca":
            rules["dca_at_once"] = self.dca.start == "at_once"
            rules["safety_orders"] = self.dca.safety_orders
            rules["safety_amount"] = self.dca.safety_amount or self.base_amount
            rules["safety_deviation"] = self.dca.deviation
            rules["safety_step_scale"] = self.dca.step_scale
            rules["safety_volume_scale"] = self.dca.volume_scale
        if self.grid is not None and self.kind == "grid":
            rules["grid_lower"] = self.grid.lower
            rules["grid_upper"] = self.grid.upper
            rules["grid_intervals"] = self.grid.intervals
            rules["grid_spacing"] = SPACINGS.index(self.grid.spacing)
        return records

    def problems(self) -> dict[str, str]:
        """What does not fit together, as sentences by the field that should change; empty when all does."""
        found = self._sizing_problems()
        if self.kind == "dca":
            found |= self._dca_problems()
        elif self.kind == "grid":
            found |= self._grid_problems()
        return found

    def _sizing_problems(self) -> dict[str, str]:
        if self.kind == "grid" and self.sizing != "fixed":
            return {"sizing": "A grid buys the same amount at every line; choose fixed sizing."}
        if self.sizing == "percent" and not self.equity_share:
            return {"equity_percentage": "Sizing by percent needs the share of the equity that each entry buys."}
        if self.sizing == "risk" and not self.risk_per_trade:
            return {"risk_per_trade": "Sizing by risk needs the share of the equity that one trade may lose."}
        if self.sizing == "risk" and not (self.stop_loss or self.trailing_stop):
            return {"stop_loss_percentage": "Sizing by risk needs a stop: the distance to it sets the amount."}
        if self.sizing == "fixed" and self.base_amount <= 0:
            return {"base_amount": "Fixed sizing needs the amount that each entry buys."}
        return {}

    def _dca_problems(self) -> dict[str, str]:
        if self.dca is None:
            return {"dca": "A DCA bot needs its safety orders: how many, how far apart, how large."}
        deepest = self.dca.deviations()[-1] if self.dca.safety_orders else 0.0
        if deepest >= 1.0:
            return {
                "dca.deviation_percentage": f"The last safety order would rest {deepest:.0%} below the first buy,"
                " which is no price. Use fewer orders, a smaller deviation or a smaller step scale."
            }
        if not (self.take_profit or self.trailing_stop):
            return {"take_profit_percentage": "A DCA bot needs a target or a trailing stop, or it would never sell."}
        return {}

    def _grid_problems(self) -> dict[str, str]:
        grid = self.grid
        if grid is None:
            return {"grid": "A grid bot needs its range: lower and upper price, and how many intervals."}
        if not 0 < grid.lower < grid.upper:
            return {"grid.upper_price": "The upper price must be above the lower one."}
        if not 1 <= grid.intervals <= MOST_GRID_INTERVALS:
            return {"grid.intervals": f"A grid has 1 to {MOST_GRID_INTERVALS} intervals."}
        ratio = (grid.upper / grid.lower) ** (1 / grid.intervals)
        narrowest = min(ratio, 1 + (grid.upper - grid.lower) / grid.intervals / grid.upper) - 1
        if narrowest <= 2 * self.costs.maker_fee:
            return {
                "grid.intervals": f"An interval of {narrowest:.3%} does not earn back the fees of a purchase and a"
                f" sale ({2 * self.costs.maker_fee:.3%}). Use fewer intervals or a wider range."
            }
        return {}


def fresh_state(balance: float) -> NDArray[np.void]:
    """The state of a bot that holds nothing but its balance (quote), in an array of length 1."""
    states = np.zeros(1, dtype=STATE)
    for name in ("cash", "equity", "peak_equity", "day_equity"):
        states[name] = balance
    return states

"""The markets of the sandbox: symbol, filters and price path of each."""

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from backend.sandbox.errors import StartupError
from backend.sandbox.events import ConditionsSet, MarketDelisted, MarketEvent, MarketRelisted, PriceMoved
from backend.sandbox.prices.generator import GeneratedLevel
from backend.sandbox.prices.levels import TICK, levels_below
from backend.sandbox.prices.moved import MovedPath
from backend.sandbox.prices.noise import noise_key
from backend.sandbox.prices.path import PricePath
from backend.sandbox.prices.recorded import RecordedLevel
from backend.sandbox.prices.recordings import Recording, load_recordings
from backend.sandbox.prices.timeframes import grid_offset
from backend.sandbox.settings import SandboxSettings
from backend.sandbox.state import StateDirectory

# The bid and the ask lie this far from the price: a hundred-thousandth, and at least one tick.
_HALF_SPREAD_DIVISOR: Final = 100_000
_GENERATED_QUOTE_DECIMALS: Final = 6
_MOST_QUANTITY_DECIMALS: Final = 5

_DOLLARS: Final = frozenset({"USDT", "USDC", "USD", "BUSD", "FDUSD", "TUSD", "DAI"})
# What one unit of a quote asset is roughly worth in dollars; only the coarseness of the filters depends on it.
_ROUGH_WORTH: Final = {"BTC": 60_000, "ETH": 3_000, "BNB": 600}


@dataclass(frozen=True)
class _Generated:
    base: str
    quote: str
    centre: float
    price_decimals: int
    daily_volatility: float
    daily_volume: float


_GENERATED: Final = (
    _Generated("BTC", "USDT", 60_000, 2, 0.025, 20_000),
    _Generated("BTC", "USD", 60_000, 1, 0.025, 20_000),
    _Generated("ETH", "USDT", 3_000, 2, 0.033, 250_000),
    _Generated("SOL", "USDT", 150, 2, 0.045, 3_000_000),
    _Generated("XRP", "USDT", 0.6, 4, 0.04, 300_000_000),
    _Generated("ADA", "USDT", 0.45, 4, 0.045, 100_000_000),
    _Generated("BNB", "USDT", 600, 2, 0.028, 200_000),
    _Generated("ETH", "BTC", 0.05, 5, 0.018, 30_000),
)


@dataclass
class Conditions:
    """What somebody has made of a market by hand; the tickers tell it, orders fill as ever."""

    is_open: bool = True
    daily_volume: Decimal | None = None
    spread: Decimal | None = None


@dataclass(frozen=True)
class Market:
    """One market; amounts in Decimal, prices of its path in whole ticks."""

    base: str
    quote: str
    price_decimals: int
    volume_decimals: int
    quote_decimals: int
    quantity_step: Decimal
    minimum_notional: Decimal
    path: MovedPath
    recorded: bool
    conditions: Conditions = field(default_factory=Conditions)

    @property
    def is_open(self) -> bool:
        """Whether it takes orders."""
        return self.conditions.is_open

    @property
    def symbol(self) -> str:
        """Such as BTC/USDT."""
        return f"{self.base}/{self.quote}"

    @property
    def price_tick(self) -> Decimal:
        """The smallest step between two prices."""
        return Decimal(1).scaleb(-self.price_decimals)

    @property
    def maximum_quantity(self) -> Decimal:
        """The largest order."""
        return self.quantity_step * 10**9

    @property
    def maximum_market_quantity(self) -> Decimal:
        """The largest order that fills at any price."""
        return self.maximum_quantity / 10

    @property
    def maximum_price(self) -> Decimal:
        """The highest limit price."""
        return Decimal(1_000_000)

    def price(self, ticks: int) -> Decimal:
        """The price of so many ticks."""
        return Decimal(ticks).scaleb(-self.price_decimals)

    def ticks(self, price: Decimal) -> int:
        """A price as a whole number of ticks."""
        return int(price.scaleb(self.price_decimals))

    def last(self, now: int) -> Decimal:
        """The price of the newest tick."""
        return self.price(self.path.tick(now).price)

    def bid(self, now: int) -> Decimal:
        """What a seller gets at once."""
        return self.price(bid_below(self.path.tick(now).price))

    def ask(self, now: int) -> Decimal:
        """What a buyer pays at once."""
        return self.price(ask_above(self.path.tick(now).price))

    def extremes(self, after: int, until: int) -> tuple[Decimal, Decimal]:
        """The lowest and the highest price of the ticks after `after` and up to `until`."""
        first = after // TICK + 1
        prices = self.path.ticks(first, until // TICK - first + 1).close
        return self.price(int(prices.min())), self.price(int(prices.max()))

    def first_trigger(self, trigger: Decimal, downward: bool, after: int, until: int) -> int | None:
        """The first moment after `after` and up to `until` at which the last price is at or beyond the trigger."""
        number = self.path.first_reaching(self.ticks(trigger), downward, after // TICK, until // TICK)
        return None if number is None else number * TICK

    def first_fill(self, limit: Decimal, buys: bool, after: int, until: int) -> int | None:
        """The first moment after `after` and up to `until` at which the book's other side reaches a resting limit."""
        ticks = self.ticks(limit)
        reach = _highest_price_with_ask_at_most(ticks) if buys else _lowest_price_with_bid_at_least(ticks)
        number = self.path.first_reaching(reach, buys, after // TICK, until // TICK)
        return None if number is None else number * TICK

    def told_book(self, now: int) -> tuple[Decimal, Decimal]:
        """The bid and the ask that tickers and books tell: with a spread set by hand they are wider than the fills."""
        spread = self.conditions.spread
        if spread is None:
            return self.bid(now), self.ask(now)
        last = self.last(now)
        half = (last * spread / 2).quantize(self.price_tick)
        return max(self.price_tick, last - half), last + max(half, self.price_tick)

    def told_turnover(self, volume: Decimal, turnover: Decimal, last: Decimal) -> tuple[Decimal, Decimal]:
        """The volume and the turnover of a day that tickers tell, in the base and in the quote asset."""
        told = self.conditions.daily_volume
        return (volume, turnover) if told is None else ((told / last).quantize(Decimal("0.00000001")), told)

    def apply(self, event: MarketEvent) -> None:
        """Let what somebody did to the market happen."""
        match event:
            case PriceMoved():
                self.path.move(event.at, None if event.price is None else self.ticks(event.price))
            case MarketDelisted():
                self.conditions.is_open = False
            case MarketRelisted():
                self.conditions.is_open = True
            case ConditionsSet():
                self.conditions.daily_volume, self.conditions.spread = event.daily_volume, event.spread


def bid_below(price: int) -> int:
    """The bid around a path price, in ticks; never under one."""
    return max(1, price - max(1, price // _HALF_SPREAD_DIVISOR))


def ask_above(price: int) -> int:
    """The ask around a path price, in ticks."""
    return price + max(1, price // _HALF_SPREAD_DIVISOR)


def _highest_price_with_ask_at_most(limit: int) -> int:
    price = limit - max(1, limit // _HALF_SPREAD_DIVISOR)
    while ask_above(price + 1) <= limit:
        price += 1
    return price


def _lowest_price_with_bid_at_least(limit: int) -> int:
    price = limit + 1
    while price - max(1, price // _HALF_SPREAD_DIVISOR) < limit:
        price += 1
    return price


def build_markets(settings: SandboxSettings, state: StateDirectory, now: int) -> dict[str, Market]:
    """Every market by symbol: the recorded ones, and generated ones for the usual symbols without a recording.

    Raises StartupError for a file that cannot be used.
    """
    markets = {recording.symbol: _recorded(recording, state, now) for recording in load_recordings(settings.candles)}
    for generated in _GENERATED:
        symbol = f"{generated.base}/{generated.quote}"
        if symbol not in markets:
            markets[symbol] = _generated(generated, settings.seed)
    identifiers = {market.base + market.quote for market in markets.values()}
    if len(identifiers) < len(markets):
        raise StartupError("SANDBOX_CANDLES: two symbols have the same letters without the slash: keep one of them.")
    return markets


def _recorded(recording: Recording, state: StateDirectory, now: int) -> Market:
    offset = grid_offset(recording.step)
    on_grid = (now - offset) // recording.step * recording.step + offset
    anchor = state.anchor(f"{recording.symbol} {recording.step} {recording.digest}", on_grid)
    base_level = RecordedLevel(recording.candles, recording.step, anchor)
    typical = float(recording.candles.close[-1]) / 10**recording.price_decimals
    return Market(
        recording.base,
        recording.quote,
        recording.price_decimals,
        recording.volume_decimals,
        recording.quote_decimals,
        _quantity_step(recording.quote, typical),
        _minimum_notional(recording.quote),
        MovedPath(
            PricePath(levels_below(base_level, noise_key("recorded", recording.digest))),
            10.0 ** (recording.quote_decimals - recording.price_decimals - recording.volume_decimals),
        ),
        recorded=True,
    )


def _generated(spec: _Generated, seed: int) -> Market:
    symbol = f"{spec.base}/{spec.quote}"
    quote_unit = 10.0 ** (_GENERATED_QUOTE_DECIMALS - spec.price_decimals - 8)
    base_level = GeneratedLevel(
        seed,
        symbol,
        spec.centre * 10**spec.price_decimals,
        spec.daily_volatility,
        spec.daily_volume,
        quote_unit,
    )
    return Market(
        spec.base,
        spec.quote,
        spec.price_decimals,
        8,
        _GENERATED_QUOTE_DECIMALS,
        _quantity_step(spec.quote, spec.centre),
        _minimum_notional(spec.quote),
        MovedPath(PricePath(levels_below(base_level, noise_key("split", seed, symbol))), quote_unit),
        recorded=False,
    )


def _quantity_step(quote: str, price: float) -> Decimal:
    # One step is worth somewhere between ten cents and a dollar, as on the venue.
    worth = price * (1 if quote in _DOLLARS else _ROUGH_WORTH.get(quote, 1))
    decimals = min(_MOST_QUANTITY_DECIMALS, max(0, math.ceil(math.log10(worth))))
    return Decimal(1).scaleb(-decimals)


def _minimum_notional(quote: str) -> Decimal:
    if quote in _DOLLARS:
        return Decimal(5)
    return Decimal("0.0001") if quote == "BTC" else Decimal("0.001")

"""The last 24 hours and the book of a market as numbers, before each venue puts them into its own words."""

from dataclasses import dataclass
from decimal import Decimal

from backend.sandbox.markets import Market
from backend.sandbox.numbers import book_sizes, trade_count
from backend.sandbox.prices.levels import TICK
from backend.sandbox.prices.timeframes import DAY


@dataclass(frozen=True)
class Book:
    """The best prices and how much is offered at them."""

    bid: Decimal
    bid_size: Decimal
    ask: Decimal
    ask_size: Decimal


@dataclass(frozen=True)
class DayFigures:
    """One market's day up to now; `volume` in the base asset, `turnover` in the quote asset."""

    opened_at: int
    open: Decimal
    high: Decimal
    low: Decimal
    last: Decimal
    last_size: Decimal
    before: Decimal
    volume: Decimal
    turnover: Decimal
    trades: int
    book: Book

    @property
    def change(self) -> Decimal:
        """Last minus open."""
        return self.last - self.open

    @property
    def change_percent(self) -> Decimal:
        """The change in per cent of the open."""
        return self.change / self.open * 100

    @property
    def average(self) -> Decimal:
        """The price weighted by volume; the last price when nobody traded."""
        return self.turnover / self.volume if self.volume else self.last


def book_of(market: Market, now: int) -> Book:
    """The book at `now`."""
    bid, ask = market.told_book(now)
    bid_size, ask_size = book_sizes(market, now // TICK)
    return Book(bid, bid_size, ask, ask_size)


def day_figures(market: Market, now: int) -> DayFigures:
    """The 24 hours that end at `now`."""
    opened, day = market.path.last_day(now)
    tick = market.path.tick(now)
    last = market.price(tick.price)
    volume, turnover = market.told_turnover(
        Decimal(int(day.volume[0])).scaleb(-market.volume_decimals),
        Decimal(int(day.quote[0])).scaleb(-market.quote_decimals),
        last,
    )
    return DayFigures(
        opened_at=opened,
        open=market.price(int(day.open[0])),
        high=market.price(int(day.high[0])),
        low=market.price(int(day.low[0])),
        last=last,
        last_size=Decimal(tick.volume).scaleb(-market.volume_decimals),
        before=market.price(market.path.tick(opened - 1).price),
        volume=volume,
        turnover=turnover,
        trades=trade_count(opened, opened + DAY, int(day.volume[0]), now),
        book=book_of(market, now),
    )

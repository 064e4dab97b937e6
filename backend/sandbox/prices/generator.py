"""Seeded daily candles for markets without a recording: realistic swings that stay bounded for years."""

import numpy as np

from backend.sandbox.prices.candles import Candles, aggregated
from backend.sandbox.prices.noise import FloatArray, noise_key, uniform
from backend.sandbox.prices.timeframes import DAY, IntArray

# Swings of 1 to 256 days. Each is bounded, so their sum is: the price returns to its centre by itself.
_OCTAVES = 9
# With linear interpolation the octaves' one-day changes add up to this multiple of the shortest one's height.
_DAILY_CHANGE_OF_UNIT = 1.155
_VOLUME_UNITS = 10**8


class GeneratedLevel:
    """Daily candles as a pure function of seed, symbol and day."""

    step = DAY
    offset = 0

    def __init__(
        self, seed: int, symbol: str, centre: float, daily_volatility: float, daily_volume: float, quote_unit: float
    ) -> None:
        """`centre` in ticks; `daily_volume` in the base asset; `quote_unit`: quote units of a tick times 1e-8 base."""
        self._key = noise_key("generated", seed, symbol)
        self._centre = centre
        self._volatility = daily_volatility
        self._volume = daily_volume
        self._quote_unit = quote_unit

    def candles(self, first: int, count: int) -> Candles:
        """The `count` candles from day `first` on."""
        days = np.arange(first, first + count + 1, dtype=np.int64)
        bounds = self._price(days)
        opens, closes = bounds[:-1], bounds[1:]
        wicks = [np.square(uniform(self._key + side, days[:-1])) * self._volatility for side in (1, 2)]
        highs = np.maximum(opens, closes) * (1.0 + wicks[0])
        lows = np.minimum(opens, closes) * (1.0 - wicks[1])
        activity = 0.5 + uniform(self._key + 3, days[:-1]) + 10.0 * (highs - lows) / opens
        volume = np.rint(self._volume * activity * _VOLUME_UNITS).astype(np.int64)
        quote = np.rint(volume * ((opens + highs + lows + closes) / 4) * self._quote_unit).astype(np.int64)
        ticks = [np.maximum(np.rint(side), 1).astype(np.int64) for side in (opens, highs, lows, closes)]
        return Candles(ticks[0], ticks[1], ticks[2], ticks[3], volume, quote)

    def windows(self, edges: IntArray) -> Candles:
        """One candle for each pair of neighbouring days."""
        first = int(edges[0])
        return aggregated(self.candles(first, int(edges[-1]) - first), edges - first)

    def _price(self, days: IntArray) -> FloatArray:
        log_price = np.zeros(len(days))
        for octave in range(_OCTAVES):
            period = 1 << octave
            height = self._volatility / _DAILY_CHANGE_OF_UNIT * np.sqrt(period)
            lattice = days // period
            left, right = (2.0 * uniform(self._key + 16 + octave, lattice + side) - 1.0 for side in (0, 1))
            log_price += height * (left + (right - left) * ((days % period) / period))
        # The exponential as (1 + x/64)^64: multiplications only, so every machine gets the same digits.
        growth = 1.0 + log_price / 64.0
        for _ in range(6):
            growth = growth * growth
        return self._centre * growth

"""Candles as whole numbers, joined into longer ones and split into shorter ones without losing a unit."""

from dataclasses import dataclass

import numpy as np

from backend.sandbox.prices.noise import FloatArray
from backend.sandbox.prices.timeframes import IntArray


@dataclass(frozen=True)
class Candles:
    """Arrays of one shape: prices in ticks, volume and quote volume in the market's units."""

    open: IntArray
    high: IntArray
    low: IntArray
    close: IntArray
    volume: IntArray
    quote: IntArray

    def __len__(self) -> int:
        return len(self.open)

    def __getitem__(self, part: slice) -> "Candles":
        return Candles(
            self.open[part], self.high[part], self.low[part], self.close[part], self.volume[part], self.quote[part]
        )


def joined(parts: list[Candles]) -> Candles:
    """The parts one after the other."""
    return Candles(
        np.concatenate([part.open for part in parts]),
        np.concatenate([part.high for part in parts]),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.close for part in parts]),
        np.concatenate([part.volume for part in parts]),
        np.concatenate([part.quote for part in parts]),
    )


def aggregated(candles: Candles, edges: IntArray) -> Candles:
    """One candle for each pair of neighbouring edges; the edges are indices, the last one the array's length."""
    starts = edges[:-1]
    return Candles(
        candles.open[starts],
        np.maximum.reduceat(candles.high, starts),
        np.minimum.reduceat(candles.low, starts),
        candles.close[edges[1:] - 1],
        np.add.reduceat(candles.volume, starts),
        np.add.reduceat(candles.quote, starts),
    )


def subdivided(candles: Candles, children: int, points: int, noise: FloatArray) -> Candles:
    """Split each candle into `children` shorter ones whose aggregate is that candle exactly.

    `noise`: shape (candles, children * (points + 1)); `points` prices make one child, and the last of them is the first
    of the next child, so that no candle opens away from where the one before has closed. Returns candles * children
    candles, oldest first.
    """
    stride = max(points - 1, 1)
    path = _noisy_path(candles, noise[:, : (children - 1) * stride + points])
    prices = path[:, np.arange(children)[:, None] * stride + np.arange(points)]
    lows, highs = prices.min(axis=2), prices.max(axis=2)
    # Some seconds are busy and most are not: squaring makes the quiet ones the many.
    volumes = _split(candles.volume, np.square(noise[:, children * points :]) + 0.02)
    quotes = _split(candles.quote, volumes * (lows + highs + 1.0))
    return Candles(
        prices[:, :, 0].reshape(-1),
        highs.reshape(-1),
        lows.reshape(-1),
        prices[:, :, -1].reshape(-1),
        volumes.reshape(-1),
        quotes.reshape(-1),
    )


def _noisy_path(candles: Candles, noise: FloatArray) -> IntArray:
    # A random walk tied to the open and the close, folded into the candle's range and stretched to its extremes.
    # Only additions, multiplications and divisions: the same digits on every machine and in every batch.
    rows, width = np.arange(len(candles)), noise.shape[1]
    first, high, low, last = (
        side.astype(np.float64)[:, None] for side in (candles.open, candles.high, candles.low, candles.close)
    )
    along = np.arange(width) / (width - 1)
    walk = np.cumsum(noise - 0.5, axis=1)
    walk -= walk[:, :1]
    walk -= walk[:, -1:] * along
    swing = np.maximum(walk.max(axis=1, keepdims=True) - walk.min(axis=1, keepdims=True), 1e-9)
    spread = high - low
    path = first + (last - first) * along + walk * ((spread - 0.5 * np.abs(last - first)) / swing)
    path = _folded(path, low, spread)
    path = _stretched(path, np.maximum(first, last), high)
    path = -_stretched(-path, -np.minimum(first, last), -low)
    ticks = np.clip(np.rint(path), low, high).astype(np.int64)
    peak = 1 + np.argmax(ticks[:, 1:-1], axis=1)
    trough = 1 + np.argmin(ticks[:, 1:-1], axis=1)
    trough = np.where(trough == peak, peak % (width - 2) + 1, trough)
    ticks[rows, peak] = candles.high
    ticks[rows, trough] = candles.low
    ticks[:, 0] = candles.open
    ticks[:, -1] = candles.close
    return ticks


def _folded(path: FloatArray, low: FloatArray, spread: FloatArray) -> FloatArray:
    room = np.maximum(spread, 1.0)
    inside = np.mod(path - low, 2 * room)
    folded: FloatArray = low + room - np.abs(inside - room)
    return folded


def _stretched(path: FloatArray, bound: FloatArray, extreme: FloatArray) -> FloatArray:
    # What lies above the higher of open and close reaches up to the high, however far it went by itself.
    excursion = path.max(axis=1, keepdims=True) - bound
    factor = np.where(excursion > 0, (extreme - bound) / np.where(excursion > 0, excursion, 1.0), 0.0)
    return np.where(path > bound, bound + (path - bound) * factor, path)


def _split(totals: IntArray, weights: FloatArray) -> IntArray:
    # Cutting a running share at whole numbers makes the parts add up to the total exactly.
    running = np.cumsum(weights, axis=1)
    share = running / np.maximum(running[:, -1:], 1e-300)
    cuts = np.minimum(np.floor(totals[:, None] * share).astype(np.int64), totals[:, None])
    cuts[:, -1] = totals
    return np.diff(cuts, axis=1, prepend=0)

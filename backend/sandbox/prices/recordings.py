"""Reads recorded candle files: CSV or gzipped CSV, with gaps, odd times and missing volumes as venues leave them."""

import csv
import gzip
import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import numpy as np

from backend.sandbox.errors import StartupError
from backend.sandbox.prices.candles import Candles
from backend.sandbox.prices.timeframes import DAY, FIXED_LENGTHS, IntArray

_COLUMNS: Final = ["timestamp", "open", "high", "low", "close", "volume"]
_FILE_NAME: Final = re.compile(
    r"[^_]+_(?P<base>[A-Z0-9]+)-(?P<quote>[A-Z0-9]+)(-PERP|-MARK)?_(?P<timeframe>[0-9]+[smhdwM])(_\d+)?\.csv(\.gz)?"
)
_MAXIMUM_DECIMALS: Final = 8
# A month of volume has to fit into 63 bits; the rest is room for the busiest days.
_LARGEST_MONTH: Final = 10**18


@dataclass(frozen=True)
class Recording:
    """One file, on a gapless grid of `step` milliseconds."""

    base: str
    quote: str
    step: int
    price_decimals: int
    volume_decimals: int
    quote_decimals: int
    candles: Candles
    digest: str

    @property
    def symbol(self) -> str:
        """Such as BTC/USDT."""
        return f"{self.base}/{self.quote}"


@dataclass(frozen=True)
class _Row:
    opened: int
    prices: tuple[Decimal, Decimal, Decimal, Decimal]
    volume: Decimal


def load_recordings(setting: str) -> list[Recording]:
    """The files that SANDBOX_CANDLES names. Raises StartupError for one that cannot be used."""
    recordings: dict[str, Recording] = {}
    for entry in filter(None, (part.strip() for part in setting.split(","))):
        recording = load_recording(entry)
        if recording.symbol in recordings:
            raise StartupError(f"SANDBOX_CANDLES names {recording.symbol} twice (again in {entry!r}): keep one file.")
        recordings[recording.symbol] = recording
    return list(recordings.values())


def load_recording(entry: str) -> Recording:
    """One `path` or `BASE/QUOTE=path` of SANDBOX_CANDLES. Raises StartupError."""
    named, separator, location = entry.rpartition("=")
    path = Path(location)
    name = _FILE_NAME.fullmatch(path.name)
    timeframe = name["timeframe"] if name else ""
    if name is None or timeframe not in FIXED_LENGTHS or FIXED_LENGTHS[timeframe] < FIXED_LENGTHS["1m"]:
        raise StartupError(
            f"SANDBOX_CANDLES: {str(path)!r} is not named EXCHANGE_BASE-QUOTE_TIMEFRAME.csv.gz with a time frame from"
            " 1m to 1w: rename the file."
        )
    base, quote = name["base"], name["quote"]
    if separator:
        base, slash, quote = named.partition("/")
        if not (slash and base.isalnum() and quote.isalnum()):
            raise StartupError(f"SANDBOX_CANDLES: {named!r} is not a symbol such as BTC/USDT (in {entry!r}).")
    content = _content(path)
    rows = _rows(path, content)
    step = FIXED_LENGTHS[timeframe]
    price_decimals = min(_MAXIMUM_DECIMALS, max(_decimals(price) for row in rows for price in row.prices))
    volume_decimals = _fitting_decimals([row.volume for row in rows], step)
    quote_decimals = _fitting_decimals([row.volume * row.prices[1] for row in rows], step)
    return Recording(
        base.upper(),
        quote.upper(),
        step,
        price_decimals,
        volume_decimals,
        quote_decimals,
        _on_grid(rows, step, price_decimals, volume_decimals, quote_decimals),
        hashlib.sha256(content.encode()).hexdigest()[:16],
    )


def _content(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    except FileNotFoundError:
        raise StartupError(f"SANDBOX_CANDLES: there is no file {str(path)!r}: correct the path.") from None
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise StartupError(f"SANDBOX_CANDLES: {str(path)!r} cannot be read ({error}): replace the file.") from None


def _rows(path: Path, content: str) -> list[_Row]:
    lines = csv.reader(content.splitlines())
    if next(lines, None) != _COLUMNS:
        raise StartupError(f"SANDBOX_CANDLES: {str(path)!r} has to begin with the line {','.join(_COLUMNS)}.")
    rows = []
    for number, line in enumerate(lines, start=2):
        try:
            rows.append(_row(line))
        except (ValueError, IndexError, InvalidOperation):
            raise StartupError(
                f"SANDBOX_CANDLES: {str(path)!r}, line {number} is not a candle ({','.join(line)}): correct the file."
            ) from None
    if not rows:
        raise StartupError(f"SANDBOX_CANDLES: {str(path)!r} holds no candle: choose another file.")
    return sorted(rows, key=lambda row: row.opened)


def _row(line: list[str]) -> _Row:
    opened, volume = int(line[0]), Decimal(line[5] or 0)
    first, high, low, last = (
        Decimal(text).quantize(Decimal(1).scaleb(-_MAXIMUM_DECIMALS)).normalize() for text in line[1:5]
    )
    if not (0 < low <= min(first, last) and max(first, last) <= high and volume >= 0 and volume.is_finite()):
        raise ValueError(line)
    return _Row(opened, (first, high, low, last), volume)


def _decimals(price: Decimal) -> int:
    exponent = price.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _fitting_decimals(volumes: list[Decimal], step: int) -> int:
    month = sum(volumes, Decimal(0)) / len(volumes) * (31 * DAY // step + 1)
    decimals = _MAXIMUM_DECIMALS
    while decimals > 0 and month * 10**decimals > _LARGEST_MONTH:
        decimals -= 1
    return decimals


def _on_grid(rows: list[_Row], step: int, price_decimals: int, volume_decimals: int, quote_decimals: int) -> Candles:
    # Where the recording has no candle nobody traded: the last close stays, flat and without volume. Candles off the
    # grid belong to the grid's candle in which they open; two in one are joined.
    start = rows[0].opened
    length = (rows[-1].opened - start) // step + 1
    columns: list[IntArray] = [np.zeros(length, dtype=np.int64) for _ in range(6)]
    opens, highs, lows, closes, volumes, quotes = columns
    filled = -1
    for row in rows:
        place = (row.opened - start) // step
        first, high, low, last = (int(price.scaleb(price_decimals)) for price in row.prices)
        if place != filled:
            for side in (opens, highs, lows, closes):
                side[filled + 1 : place] = closes[filled]
            opens[place], highs[place], lows[place] = first, high, low
            filled = place
        highs[place], lows[place] = max(highs[place], high), min(lows[place], low)
        closes[place] = last
        volumes[place] += int(row.volume.scaleb(volume_decimals))
        quotes[place] += int((row.volume * sum(row.prices) / 4).scaleb(quote_decimals))
    return Candles(opens, highs, lows, closes, volumes, quotes)

"""Reads recorded candles from files: whole and sound, or refused with the lines that are broken."""

import csv
import gzip
import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np

from backend.trading.candles import CANDLE, TIMEFRAMES, Candles, interval

_MOST_PROBLEMS_SHOWN = 20
_LARGEST_UNPACKED_BYTES = 2 * 1024**3
_HEADERS = {"timestamp", "open_time"}
_RECORDING_NAME = re.compile(
    r"(?P<exchange>[a-z0-9]+)_(?P<base>[A-Z0-9]+)-(?P<quote>[A-Z0-9]+)(?:-(?:PERP|MARK))?"
    r"_(?P<timeframe>\d+[smhdw])(?:_\d{6})?\.csv(?:\.gz)?\Z"
)
_BINANCE_DUMP_NAME = re.compile(
    r"(?P<pair>[A-Z0-9]+)-(?P<timeframe>\d+[smhdw])-\d{4}-\d{2}(?:-\d{2})?\.(?:csv|csv\.gz|zip)\Z"
)
_BINANCE_QUOTES = ("USDT", "FDUSD", "BUSD", "USDC", "TUSD", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL", "JPY")

Progress = Callable[[int], object]
"""Called with the number of bytes of the file that were read since the last call."""


class RecordingError(Exception):
    """The file cannot be imported; the message lists what is wrong and where."""


@dataclass(frozen=True)
class Recording:
    """The sound content of a file, in time order, and what was noticed about it."""

    exchange: str
    symbol: str
    timeframe: str
    candles: Candles
    duplicates: int
    without_volume: int

    def gaps(self) -> list[tuple[int, int]]:
        """(open time in ms of the last candle before the gap, candles missing), for every gap."""
        opened_at, length = self.candles["opened_at"], interval(self.timeframe)
        steps = np.diff(opened_at)
        return [
            (int(opened_at[index]), math.ceil(int(steps[index]) / length) - 1)
            for index in np.flatnonzero(steps > length)
        ]

    def report(self, new: int) -> str:
        """What came in, in words."""
        opened_at = self.candles["opened_at"]
        lines = [
            f"{self.exchange} {self.symbol} {self.timeframe}: {len(self.candles)} candles,"
            f" {_when(opened_at[0])} to {_when(opened_at[-1])}",
            f"  new: {new}, already stored: {len(self.candles) - new}, duplicates in the file: {self.duplicates}",
        ]
        if self.without_volume:
            lines.append(f"  without a volume (stored as 0): {self.without_volume}")
        gaps = self.gaps()
        if gaps:
            longest = max(gaps, key=lambda gap: gap[1])
            lines.append(
                f"  gaps: {len(gaps)}, candles missing: {sum(gap[1] for gap in gaps)},"
                f" longest: {longest[1]} after {_when(longest[0])}"
            )
        else:
            lines.append("  gaps: none")
        return "\n".join(lines)


def read_recording(
    path: Path,
    exchange: str | None = None,
    symbol: str | None = None,
    timeframe: str | None = None,
    progress: Progress = lambda _bytes: None,
) -> Recording:
    """Read a whole file. Raises RecordingError when its name does not tell what it is, or any row is broken."""
    exchange, symbol, timeframe = _identify(path, exchange, symbol, timeframe)
    rows: list[tuple[int, float, float, float, float, float]] = []
    problems: list[str] = []
    without_volume = 0
    try:
        for number, cells in _rows(path, progress):
            row = _parse(cells)
            if isinstance(row, str):
                problems.append(f"  line {number}: {row}")
                continue
            without_volume += cells[5] == ""
            rows.append(row)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zipfile.BadZipFile) as error:
        raise RecordingError(f"  The file cannot be read: {error}") from None
    if problems:
        raise RecordingError(_problem_list(problems))
    if not rows:
        raise RecordingError("  The file holds no candles.")
    candles = np.array(rows, dtype=CANDLE)
    candles.sort(order="opened_at", kind="stable")
    kept, duplicates = _without_duplicates(candles)
    return Recording(exchange, symbol, timeframe, kept, duplicates, without_volume)


def _identify(path: Path, exchange: str | None, symbol: str | None, timeframe: str | None) -> tuple[str, str, str]:
    told = _from_name(path.name)
    exchange = exchange or told.get("exchange")
    symbol = symbol or told.get("symbol")
    timeframe = timeframe or told.get("timeframe")
    if not (exchange and symbol and timeframe):
        raise RecordingError(
            "  The file's name does not tell what it holds. Add --exchange, --symbol and --timeframe,"
            " or name it like binance_BTC-USDT_1m.csv.gz or BTCUSDT-1m-2024-01.zip."
        )
    if timeframe not in TIMEFRAMES:
        raise RecordingError(f"  There is no time frame {timeframe}. Choose one of: {', '.join(TIMEFRAMES)}.")
    return exchange, symbol, timeframe


def _from_name(name: str) -> dict[str, str]:
    match = _RECORDING_NAME.match(name)
    if match:
        return {
            "exchange": match["exchange"],
            "symbol": f"{match['base']}/{match['quote']}",
            "timeframe": match["timeframe"],
        }
    match = _BINANCE_DUMP_NAME.match(name)
    if not match:
        return {}
    told = {"exchange": "binance", "timeframe": match["timeframe"]}
    for quote in _BINANCE_QUOTES:
        if match["pair"].endswith(quote) and match["pair"] != quote:
            return {**told, "symbol": f"{match['pair'].removesuffix(quote)}/{quote}"}
    return told


def _rows(path: Path, progress: Progress) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is no header and not empty."""
    with path.open("rb") as raw:
        text = io.TextIOWrapper(io.BufferedReader(_Limited(_unpacked(raw, path))), encoding="utf-8", newline="")
        told = 0
        for number, cells in enumerate(csv.reader(text), start=1):
            if number % 2_000 == 0:
                progress(raw.tell() - told)
                told = raw.tell()
            if cells and not (number == 1 and cells[0].strip().lower() in _HEADERS):
                yield number, cells
        progress(path.stat().st_size - told)


def _unpacked(raw: BinaryIO, path: Path) -> BinaryIO:
    if path.suffix == ".gz":
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    if path.suffix == ".zip":
        archive = zipfile.ZipFile(raw)
        names = archive.namelist()
        if len(names) != 1:
            raise RecordingError(f"  The archive holds {len(names)} files; it must hold exactly one CSV file.")
        return archive.open(names[0])  # type: ignore[return-value]
    return raw


class _Limited(io.RawIOBase):
    """Stops an archive that unpacks to more than any recording would."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._left = _LARGEST_UNPACKED_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise RecordingError("  The file unpacks to more than 2 GiB; split it.")
        buffer[: len(data)] = data
        return len(data)


def _parse(cells: list[str]) -> tuple[int, float, float, float, float, float] | str:
    """A row as numbers, or what is wrong with it."""
    if len(cells) < 6:
        return f"{len(cells)} columns; a candle has timestamp, open, high, low, close, volume"
    try:
        opened_at = _to_milliseconds(int(cells[0]))
        open_, high, low, close = (float(cell) for cell in cells[1:5])
        volume = float(cells[5] or 0)
    except ValueError:
        return f"not all numbers: {','.join(cells[:6])[:80]}"
    numbers = (open_, high, low, close, volume)
    if not all(math.isfinite(number) for number in numbers):
        return "a number is infinite or missing"
    if min(open_, high, low, close) <= 0 or volume < 0:
        return "a price is not above zero, or the volume is below zero"
    if not (low <= open_ <= high and low <= close <= high):
        return f"open {cells[1]} and close {cells[4]} do not lie between low {cells[3]} and high {cells[2]}"
    return opened_at, *numbers


def _to_milliseconds(timestamp: int) -> int:
    # Binance's dumps count microseconds from 2025 on.
    milliseconds = timestamp // 1000 if timestamp > 10**14 else timestamp
    if not 10**11 < milliseconds < 10**13:
        raise ValueError(timestamp)
    return milliseconds


def _without_duplicates(candles: Candles) -> tuple[Candles, int]:
    """One candle for every open time, the first that the file gave."""
    fresh = np.ones(len(candles), dtype=bool)
    fresh[1:] = np.diff(candles["opened_at"]) > 0
    return candles[fresh], int((~fresh).sum())


def _problem_list(problems: list[str]) -> str:
    shown = problems[:_MOST_PROBLEMS_SHOWN]
    if len(problems) > len(shown):
        shown.append(f"  … and {len(problems) - len(shown)} more broken lines")
    return "\n".join(shown)


def _when(milliseconds: object) -> str:
    moment = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)  # type: ignore[call-overload]
    return moment.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00") + " UTC"

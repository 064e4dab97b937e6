"""A recording: what a file was found to hold, and what can be wrong with one."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from backend.market_data.completeness import GapReport, gap_report
from backend.market_data.importers.refusals import RefusedRows
from backend.trading.candles import Candles, interval
from backend.trading.resampling import bucket_starts

_ENOUGH_TO_JUDGE = 10


class RecordingError(Exception):
    """The file cannot be imported; the message lists what is wrong and where.

    `field` names the input to change: the file itself, or what was said about it.
    """

    def __init__(self, problems: str, field: str = "file") -> None:
        super().__init__(problems)
        self.field = field


class UnknownContent(RecordingError):
    """Neither the file's name nor whoever brought it tells what it holds; `missing` names what is not told."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        super().__init__(
            "  The file's name does not tell what it holds. Add --exchange, --symbol and --timeframe,"
            " or name it like binance_BTC-USDT_1m.csv.gz, BTCUSDT-1m-2024-01.zip or BTC_USDT-5m.feather."
        )


class RowsRefused(RecordingError):
    """Some rows are no candles, so nothing of the file is taken; `rows` says which and why."""

    def __init__(self, rows: RefusedRows) -> None:
        self.rows = rows
        super().__init__("\n".join(f"  {line}" for line in rows.lines()))


@dataclass(frozen=True)
class Table:
    """What a reader found: the sound candles in the file's order, and the rows that are none."""

    candles: Candles
    without_volume: int
    refused: RefusedRows


@dataclass(frozen=True)
class Recording:
    """The sound content of a file, in time order, and what was noticed about it.

    `duplicates`: candles that opened when another one did. `off_grid`: candles that opened at no usual moment.
    """

    exchange: str
    symbol: str
    timeframe: str
    candles: Candles
    duplicates: int
    without_volume: int
    off_grid: int
    refused: RefusedRows

    @property
    def gaps(self) -> GapReport:
        """What is missing between the first and the last candle."""
        return gap_report(self.candles, self.timeframe)

    def report(self, new: int) -> str:
        """What came in, in words."""
        gaps, opened_at = self.gaps, self.candles["opened_at"]
        lines = [
            f"{self.exchange} {self.symbol} {self.timeframe}: {len(self.candles)} candles,"
            f" {when(opened_at[0])} to {when(opened_at[-1])}",
            f"  new: {new}, already stored: {len(self.candles) - new}, duplicates in the file: {self.duplicates}",
        ]
        if self.without_volume:
            lines.append(f"  without a volume (stored as 0): {self.without_volume}")
        if self.off_grid:
            lines.append(f"  opened off the grid of {self.timeframe}: {self.off_grid}")
        if self.refused.count:
            lines.append(f"  left out because they are no candles: {self.refused.count}")
            lines += (f"    {line}" for line in self.refused.lines())
        lines.append(_gaps_in_words(gaps))
        return "\n".join(lines)


def make_recording(exchange: str, symbol: str, timeframe: str, table: Table) -> Recording:
    """A recording of sound candles in any order. Raises RecordingError when there are none or their pace is another's.

    Of candles that open at the same moment the file's first one is kept.
    """
    candles = table.candles
    if not len(candles):
        if table.refused.count:
            raise RowsRefused(table.refused)
        raise RecordingError("  The file holds no candles.")
    ordered = candles[np.argsort(candles["opened_at"], kind="stable")]
    fresh = np.ones(len(ordered), dtype=bool)
    fresh[1:] = np.diff(ordered["opened_at"]) > 0
    kept = ordered[fresh]
    _check_pace(kept, timeframe)
    return Recording(
        exchange,
        symbol,
        timeframe,
        kept,
        duplicates=int((~fresh).sum()),
        without_volume=table.without_volume,
        off_grid=int((bucket_starts(kept["opened_at"], timeframe) != kept["opened_at"]).sum()),
        refused=table.refused,
    )


def _check_pace(candles: Candles, timeframe: str) -> None:
    # Stored under a wrong time frame, candles would be resampled and traded on as what they are not.
    steps, length = np.diff(candles["opened_at"]), interval(timeframe)
    if len(candles) < _ENOUGH_TO_JUDGE:
        return
    shorter = int((steps < length).sum())
    if shorter > len(steps) // 100 + 1 or int(steps.min()) >= 2 * length:
        usual = int(np.median(steps)) // 1000
        raise RecordingError(
            f"  These are no candles of {timeframe}: most open {usual} seconds after the one before."
            " Say the right time frame.",
            "timeframe",
        )


def _gaps_in_words(gaps: GapReport) -> str:
    if not gaps.gaps:
        return "  gaps: none"
    longest = max(gaps.gaps, key=lambda gap: gap.missing)
    return (
        f"  gaps: {len(gaps.gaps)}, candles missing: {gaps.total},"
        f" longest: {longest.missing} after {when(longest.after_ms)}"
    )


def when(milliseconds: object) -> str:
    """A moment in words, in UTC."""
    moment = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)  # type: ignore[call-overload]
    return moment.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00") + " UTC"

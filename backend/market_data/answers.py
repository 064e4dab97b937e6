"""What the API tells of stored candles, in the shape of its schemas."""

from datetime import UTC, datetime
from typing import Any

from backend.market_data.archive import MarketFrame
from backend.market_data.completeness import GapReport
from backend.market_data.holdings import Holding
from backend.market_data.importing import Imported
from backend.market_data.uploads import is_upload, readable_exchange, spoken_exchange
from backend.trading.candles import interval


def describe_holding(holding: Holding) -> dict[str, Any]:
    """As in HoldingSchema."""
    return {
        **_named(MarketFrame(holding.exchange, holding.symbol, holding.timeframe)),
        "exchange_name": readable_exchange(holding.exchange),
        "is_upload": is_upload(holding.exchange),
        "start": _moment(holding.first),
        "end": _moment(holding.last),
        "count": holding.count,
    }


def describe_gaps(frame: MarketFrame, report: GapReport, limit: int) -> dict[str, Any]:
    """As in GapReportSchema, with the `limit` longest gaps."""
    length = interval(frame.timeframe)
    longest = sorted(report.gaps, key=lambda gap: -gap.missing)[:limit]
    return {
        **_named(frame),
        "start": _moment(report.first or 0),
        "end": _moment(report.last or 0),
        "count": report.count,
        "missing": report.total,
        "gap_count": len(report.gaps),
        "longest": report.longest,
        "gaps": [
            {"start": _moment(gap.after_ms + length), "end": _moment(gap.before_ms), "missing": gap.missing}
            for gap in sorted(longest, key=lambda gap: gap.after_ms)
        ],
    }


def describe_import(imported: Imported) -> dict[str, Any]:
    """As in ImportSchema."""
    recording = imported.recording
    opened_at, gaps = recording.candles["opened_at"], recording.gaps
    return {
        **_named(MarketFrame(recording.exchange, recording.symbol, recording.timeframe)),
        "start": _moment(opened_at[0]),
        "end": _moment(opened_at[-1]),
        "count": len(recording.candles),
        "new": imported.new,
        "already_stored": len(recording.candles) - imported.new,
        "duplicates": recording.duplicates,
        "without_volume": recording.without_volume,
        "off_grid": recording.off_grid,
        "gap_count": len(gaps.gaps),
        "missing": gaps.total,
        "longest_gap": gaps.longest,
        "refused_count": recording.refused.count,
        "refused_rows": recording.refused.shown,
    }


def _named(frame: MarketFrame) -> dict[str, str]:
    return {"exchange": spoken_exchange(frame.exchange), "symbol": frame.symbol, "timeframe": frame.timeframe}


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)

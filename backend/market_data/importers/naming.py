"""What a file's name tells of its content."""

import re
from pathlib import Path

from backend.exchanges.venues import VENUES
from backend.market_data.importers.recording import RecordingError, UnknownContent
from backend.trading.candles import TIMEFRAMES

_ENDINGS = r"\.(?:csv|csv\.gz|zip|parquet)\Z"
_DAY = r"\d{4}-\d{2}-\d{2}"
_RECORDING = re.compile(
    r"(?P<exchange>[a-z0-9]+)_(?P<base>[A-Z0-9]+)-(?P<quote>[A-Z0-9]+)(?:-(?P<kind>PERP|MARK))?"
    rf"_(?P<timeframe>\d+[smhdw])(?:_\d{{6}}|_{_DAY}_{_DAY})?" + _ENDINGS
)
_BINANCE_DUMP = re.compile(r"(?P<pair>[A-Z0-9]+)-(?P<timeframe>\d+[smhdw])-\d{4}-\d{2}(?:-\d{2})?" + _ENDINGS)
_BINANCE_QUOTES = ("USDT", "FDUSD", "BUSD", "USDC", "TUSD", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL", "JPY")
_FREQTRADE = re.compile(
    r"(?P<base>[A-Z0-9]+)_(?P<quote>[A-Z0-9]+)(?:_(?P<settle>[A-Z0-9]+))?-(?P<timeframe>\d+[smhdw])(?:-futures)?"
    r"\.(?:feather|json|json\.gz|parquet)\Z"
)


def identify(path: Path, exchange: str | None, symbol: str | None, timeframe: str | None) -> tuple[str, str, str]:
    """Exchange, symbol and time frame: as given, else as named. Raises UnknownContent, or RecordingError."""
    told = _told(path)
    names = {
        "exchange": exchange or told.get("exchange"),
        "symbol": symbol or told.get("symbol"),
        "timeframe": timeframe or told.get("timeframe"),
    }
    known = {name: value for name, value in names.items() if value}
    if len(known) < len(names):
        raise UnknownContent(tuple(sorted(names.keys() - known.keys())))
    if known["timeframe"] not in TIMEFRAMES:
        choice = ", ".join(TIMEFRAMES)
        raise RecordingError(f"  There is no time frame {known['timeframe']}. Choose one of: {choice}.", "timeframe")
    return known["exchange"], known["symbol"], known["timeframe"]


def _told(path: Path) -> dict[str, str]:
    if match := _RECORDING.match(path.name):
        told = {"exchange": match["exchange"], "timeframe": match["timeframe"]}
        # Mark prices are nobody's trades: under the market's own name they would mix with them.
        if match["kind"] == "MARK":
            return told
        settled = f":{match['quote']}" if match["kind"] == "PERP" else ""
        return {**told, "symbol": f"{match['base']}/{match['quote']}{settled}"}
    if match := _BINANCE_DUMP.match(path.name):
        return {"exchange": "binance", "timeframe": match["timeframe"], **_split_pair(match["pair"])}
    if match := _FREQTRADE.match(path.name):
        settled = f":{match['settle']}" if match["settle"] else ""
        told = {"symbol": f"{match['base']}/{match['quote']}{settled}", "timeframe": match["timeframe"]}
        # freqtrade keeps an exchange's files in a folder of its name.
        return {**told, "exchange": path.parent.name} if path.parent.name in VENUES else told
    return {}


def _split_pair(pair: str) -> dict[str, str]:
    for quote in _BINANCE_QUOTES:
        if pair.endswith(quote) and pair != quote:
            return {"symbol": f"{pair.removesuffix(quote)}/{quote}"}
    return {}

"""What comes in and goes out about market data."""

import json
import re
from typing import Any

from marshmallow import fields, validate

from backend.foundation.schemas import Day, Moment, PageArguments, Sort, StrictSchema
from backend.market_data.exports import MEDIA_TYPES
from backend.market_data.importers import FORMATS, TIME_FORMATS
from backend.trading.candles import TIMEFRAMES

_CHOICE = "Choose one of: {choices}."
_TIMEFRAME = validate.OneOf(tuple(TIMEFRAMES), error=_CHOICE)
_SYMBOL = validate.Regexp(
    re.compile(r"[A-Za-z0-9._]{1,30}/[A-Za-z0-9._]{1,30}(?::[A-Za-z0-9._-]{1,40})?\Z"),
    error="Write the market like BTC/USDT, or BTC/USDT:USDT for a perpetual contract.",
)
_OPEN_TIME = {"description": "Open time of the first (last) candle."}


DOWNLOAD_STATUSES = ("queued", "running", "done", "failed", "canceled")


class TickerArguments(StrictSchema):
    """Whose tickers."""

    exchange = fields.String(load_default="binance")


class TickerSchema(StrictSchema):
    """The newest price of a market."""

    exchange = fields.String(required=True)
    symbol = fields.String(required=True)
    price = fields.String(required=True)
    change_percentage_24h = fields.String(required=True, allow_none=True)
    updated_at = Moment(required=True)


class CandleSchema(StrictSchema):
    """One closed candle."""

    opened_at = Moment(required=True)
    open = fields.String(required=True)
    high = fields.String(required=True)
    low = fields.String(required=True)
    close = fields.String(required=True)
    volume = fields.String(required=True)


class CandleRowSchema(StrictSchema):
    """One row of an exported file."""

    timestamp = fields.Integer(
        required=True, metadata={"description": "Open time in milliseconds since 1970; in Parquet opened_at, a time."}
    )
    open = fields.Float(required=True)
    high = fields.Float(required=True)
    low = fields.Float(required=True)
    close = fields.Float(required=True)
    volume = fields.Float(required=True)


class MarketArguments(StrictSchema):
    """Which series of candles, and from when to before when."""

    exchange = fields.String(
        required=True,
        validate=validate.Length(1, 64, error="1 to 64 characters."),
        metadata={"description": "The word upload stands for your own uploads."},
    )
    symbol = fields.String(required=True, validate=_SYMBOL)
    timeframe = fields.String(required=True, validate=_TIMEFRAME)
    start = Day(data_key="from", load_default=None, metadata={"description": "Everything that is stored if empty."})
    end = Day(data_key="to", load_default=None, metadata={"description": "The candle that opens then is left out."})


class GapArguments(MarketArguments):
    """Which series, and how many gaps are listed."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000, error="1 to 1000."))


class ExportArguments(MarketArguments):
    """Which series, and as what kind of file."""

    format = fields.String(load_default="csv", validate=validate.OneOf(tuple(MEDIA_TYPES), error=_CHOICE))


class HoldingSchema(StrictSchema):
    """What is stored of a market at one time frame."""

    exchange = fields.String(required=True)
    exchange_name = fields.String(required=True, metadata={"description": "As it is shown to the user."})
    is_upload = fields.Boolean(required=True)
    symbol = fields.String(required=True)
    timeframe = fields.String(required=True)
    start = Moment(data_key="from", required=True, metadata=_OPEN_TIME)
    end = Moment(data_key="to", required=True, metadata=_OPEN_TIME)
    count = fields.Integer(required=True)


class GapSchema(StrictSchema):
    """Candles that are missing."""

    start = Moment(data_key="from", required=True, metadata={"description": "When the first missing one would open."})
    end = Moment(data_key="to", required=True, metadata={"description": "When the next one that is there opens."})
    missing = fields.Integer(required=True)


class GapReportSchema(StrictSchema):
    """How complete a series is between its first and its last candle."""

    exchange = fields.String(required=True)
    symbol = fields.String(required=True)
    timeframe = fields.String(required=True)
    start = Moment(data_key="from", required=True, metadata=_OPEN_TIME)
    end = Moment(data_key="to", required=True, metadata=_OPEN_TIME)
    count = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    gap_count = fields.Integer(required=True)
    longest = fields.Integer(required=True, metadata={"description": "Candles that the longest gap misses."})
    gaps = fields.List(
        fields.Nested(GapSchema), required=True, metadata={"description": "The longest ones, in the order of time."}
    )


class ColumnsField(fields.Field[dict[str, str]]):
    """A JSON object in a form's text: each candle field's column, by the header's name or a position from 1."""

    default_error_messages = {
        "invalid": 'Send a JSON object such as {{"time": "Date", "open": "Open", "high": "High", "low": "Low",'
        ' "close": "Close", "volume": "Volume"}}, with the names in the header or positions from 1.'
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, str]:
        try:
            columns = json.loads(value)
        except (TypeError, ValueError, RecursionError):
            raise self.make_error("invalid") from None
        if not isinstance(columns, dict):
            raise self.make_error("invalid")
        if any(isinstance(column, bool) or not isinstance(column, str | int) for column in columns.values()):
            raise self.make_error("invalid")
        return {name: str(column).strip() for name, column in columns.items()}


class ImportForm(StrictSchema):
    """What is said about an uploaded file, beside the file."""

    symbol = fields.String(validate=_SYMBOL)
    timeframe = fields.String(validate=_TIMEFRAME)
    format = fields.String(validate=validate.OneOf(FORMATS, error=_CHOICE))
    columns = ColumnsField(load_default=dict)
    time_format = fields.String(load_default="auto", validate=validate.OneOf(TIME_FORMATS, error=_CHOICE))
    delimiter = fields.String(load_default=",", metadata={"secret": True})
    broken_rows = fields.String(load_default="refuse", validate=validate.OneOf(("refuse", "skip"), error=_CHOICE))


class UploadArguments(StrictSchema):
    """Which of the user's uploads."""

    symbol = fields.String(required=True, validate=_SYMBOL)
    timeframe = fields.String(required=True, validate=_TIMEFRAME)


class RefusedRowSchema(StrictSchema):
    """A row of a file that is no candle."""

    number = fields.Integer(required=True, metadata={"description": "From 1; lines of a text file, else rows."})
    reason = fields.String(required=True)


class ImportSchema(StrictSchema):
    """What came in with a file."""

    exchange = fields.String(required=True)
    symbol = fields.String(required=True)
    timeframe = fields.String(required=True)
    start = Moment(data_key="from", required=True, metadata=_OPEN_TIME)
    end = Moment(data_key="to", required=True, metadata=_OPEN_TIME)
    count = fields.Integer(required=True)
    new = fields.Integer(required=True)
    already_stored = fields.Integer(required=True, metadata={"description": "They stay as they were."})
    duplicates = fields.Integer(required=True)
    without_volume = fields.Integer(required=True)
    off_grid = fields.Integer(required=True)
    gap_count = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    longest_gap = fields.Integer(required=True)
    refused_count = fields.Integer(required=True)
    refused_rows = fields.List(
        fields.Nested(RefusedRowSchema), required=True, metadata={"description": "The first ones."}
    )


class NewDownloadSchema(StrictSchema):
    """A range of candles to be fetched from an exchange."""

    exchange = fields.String(load_default="binance")
    symbol = fields.String(required=True, validate=_SYMBOL)
    timeframe = fields.String(required=True, validate=_TIMEFRAME)
    start = Day(data_key="from", required=True)
    end = Day(data_key="to", load_default=None, metadata={"description": "Until now if empty."})


class DownloadListArguments(PageArguments):
    """Which of the user's downloads."""

    symbol = fields.String()
    status = fields.String(validate=validate.OneOf(DOWNLOAD_STATUSES, error="Choose one of: {choices}."))
    sort = Sort("created_at", "finished_at", "symbol", "status", default="-created_at")


class DownloadSchema(StrictSchema):
    """A download and how far it has come."""

    id = fields.UUID(required=True)
    exchange = fields.String(required=True)
    symbol = fields.String(required=True)
    timeframe = fields.String(required=True)
    start_at = Moment(data_key="from", required=True)
    end_at = Moment(data_key="to", required=True)
    status = fields.String(required=True, validate=validate.OneOf(DOWNLOAD_STATUSES))
    position = Moment(required=True, metadata={"description": "Everything before is stored, or is nowhere."})
    percentage = fields.Float(required=True)
    new_candles = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True)
    finished_at = Moment(required=True, allow_none=True)

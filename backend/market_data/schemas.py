"""What goes out about market data."""

from marshmallow import fields

from backend.foundation.schemas import Moment, StrictSchema


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

"""What comes in and goes out about bots."""

from decimal import Decimal
from typing import Any

from marshmallow import fields, missing, validate

from backend.bots.models import STATUSES
from backend.bots.rules_schema import RulesSchema
from backend.foundation.schemas import Amount, Moment, PageArguments, Sort, StrictSchema, positive
from backend.trading.candles import TIMEFRAMES
from backend.trading.records import KINDS

_STATUS = validate.OneOf(STATUSES)
_NAME = validate.Length(1, 80, error="1 to 80 characters.")
_TIMEFRAME = validate.OneOf(tuple(TIMEFRAMES), error="Choose one of: {choices}.")
_SYMBOLS = validate.Length(equal=1, error="Choose exactly one market, such as BTC/USDT.")


class NewBotSchema(RulesSchema):
    """A bot to be created; it is stopped at first."""

    name = fields.String(required=True, validate=_NAME)
    description = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=500))
    exchange = fields.String(load_default="binance")
    symbols = fields.List(fields.String(), required=True, validate=_SYMBOLS)
    strategy = fields.String(required=True)
    strategy_config = fields.Dict(keys=fields.String(), load_default=dict)
    timeframe = fields.String(required=True, validate=_TIMEFRAME)
    base_amount = Amount(required=True, validate=[positive("The amount per trade must be more than zero.")])
    is_paper_trading = fields.Boolean(load_default=True)
    api_key_id = fields.UUID(allow_none=True, load_default=None, error_messages={"invalid_uuid": "This is no id."})
    paper_balance = Amount(
        load_default=Decimal(10_000),
        validate=[positive()],
        metadata={"description": "The money that the bot may use: play money on paper, its share of a live account"},
    )
    stop_on_exchange = fields.Boolean(
        load_default=False, metadata={"description": "Leave the stop as an order at the exchange (live bots)"}
    )


class BotChangeSchema(NewBotSchema):
    """What may be changed of a bot; whatever is not sent stays."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "partial": True})


class BotListArguments(PageArguments):
    """Which of the user's bots."""

    status = fields.String(validate=_STATUS)
    kind = fields.String(validate=validate.OneOf(KINDS, error="Choose one of: {choices}."))
    exchange = fields.String()
    symbol = fields.String(metadata={"description": "Bots that trade on this market"})
    strategy = fields.String()
    is_paper_trading = fields.Boolean()
    sort = Sort("created_at", "name", "status", "total_trades", "total_profit_loss", default="-created_at")


class BotSchema(RulesSchema):
    """A bot as its owner sees it; every field is there."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for field in self.fields.values():
            field.required, field.load_default = True, missing

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)
    exchange = fields.String(required=True)
    symbols = fields.List(fields.String(), required=True)
    strategy = fields.String(required=True)
    strategy_config = fields.Dict(keys=fields.String(), required=True)
    timeframe = fields.String(required=True)
    is_paper_trading = fields.Boolean(required=True)
    api_key_id = fields.UUID(required=True, allow_none=True)
    paper_balance = Amount(required=True)
    stop_on_exchange = fields.Boolean(required=True)
    status = fields.String(required=True, validate=_STATUS)
    status_reason = fields.String(required=True, allow_none=True)
    is_running = fields.Boolean(required=True)
    total_trades = fields.Integer(required=True)
    winning_trades = fields.Integer(required=True)
    total_profit_loss = Amount(required=True)
    started_at = Moment(required=True, allow_none=True)
    last_run_at = Moment(required=True, allow_none=True)
    next_look_by = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "When this is past, nothing looks at the bot although it should be watched"},
    )
    promoted_from = fields.UUID(required=True, allow_none=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True)


class StrategySchema(StrictSchema):
    """A strategy and the form of its parameters."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    parameters = fields.Dict(keys=fields.String(), required=True, metadata={"description": "JSON Schema"})
    signals_from_outside = fields.Boolean(
        required=True, metadata={"description": "It has no signals of its own: a backtest of it trades nothing."}
    )

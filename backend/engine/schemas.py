"""What goes out about the trading record, by the API and by events alike."""

from collections.abc import Sequence

from marshmallow import fields, validate

from backend.engine.models import PURPOSES
from backend.engine.order_states import STATES
from backend.foundation.schemas import Amount, Day, Moment, PageArguments, Sort, StrictSchema
from backend.market_data.schemas import CandleSchema

SIDES = ("buy", "sell")
ACTIONS = (*SIDES, "hold")


def _one_of(choices: Sequence[str]) -> validate.OneOf:
    return validate.OneOf(choices, error="Choose one of: {choices}.")


class OfBotSchema(StrictSchema):
    """Narrows a list of all bots to one."""

    bot_id = fields.UUID(error_messages={"invalid_uuid": "This is no id."})


class RecordArguments(PageArguments):
    """Which part of a bot's trading record."""

    symbol = fields.String()
    since = Day(metadata={"description": "From this moment on"})
    until = Day(metadata={"description": "Before this moment"})


class BotTradeArguments(RecordArguments):
    """Which of a bot's trades; `since` and `until` are of their execution."""

    type = fields.String(validate=_one_of(SIDES))
    purpose = fields.String(validate=_one_of(PURPOSES))
    sort = Sort("executed_at", "symbol", "amount", "fee", "profit_loss", default="-executed_at")


class TradeArguments(BotTradeArguments, OfBotSchema):
    """Which trades."""


class BotOrderArguments(RecordArguments):
    """Which of a bot's orders; `since` and `until` are of their intent."""

    status = fields.String(validate=_one_of(STATES))
    side = fields.String(validate=_one_of(SIDES))
    purpose = fields.String(validate=_one_of(PURPOSES))
    sort = Sort("intended_at", "finished_at", "symbol", "status", "quantity", default="-intended_at")


class OrderArguments(BotOrderArguments, OfBotSchema):
    """Which orders."""


class BotPositionArguments(RecordArguments):
    """Which of a bot's positions; `since` and `until` are of their opening."""

    status = fields.String(validate=validate.OneOf(("open", "closed"), error="Choose open or closed."))
    sort = Sort("opened_at", "closed_at", "symbol", "realized_pnl", "fees", default="-opened_at")


class PositionArguments(BotPositionArguments, OfBotSchema):
    """Which positions."""


class DecisionArguments(RecordArguments):
    """Which of a bot's decisions; `since` and `until` are of their candle."""

    action = fields.String(validate=_one_of(ACTIONS))
    outcome = fields.String()
    sort = Sort("candle_at", "confidence", "outcome", default="-candle_at")


class TradeSchema(StrictSchema):
    """One fill; `amount`, `fee` and `profit_loss` in quote currency."""

    id = fields.UUID(required=True)
    bot_id = fields.UUID(required=True)
    bot_name = fields.String(required=True)
    order_id = fields.UUID(required=True)
    symbol = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(SIDES))
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    price = Amount(required=True)
    quantity = Amount(required=True)
    amount = Amount(required=True)
    fee = Amount(required=True)
    fee_charged = Amount(required=True)
    fee_currency = fields.String(required=True)
    profit_loss = Amount(required=True, allow_none=True)
    status = fields.String(required=True)
    executed_at = Moment(required=True)


class OrderSchema(StrictSchema):
    """One order."""

    id = fields.UUID(required=True)
    bot_id = fields.UUID(required=True)
    client_order_id = fields.String(required=True)
    exchange_order_id = fields.String(required=True, allow_none=True)
    symbol = fields.String(required=True)
    side = fields.String(required=True, validate=validate.OneOf(SIDES))
    type = fields.String(required=True)
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    quantity = Amount(required=True)
    price = Amount(required=True, allow_none=True)
    filled_quantity = Amount(required=True)
    average_price = Amount(required=True, allow_none=True)
    fee = Amount(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATES))
    attempts = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    intended_at = Moment(required=True)
    submitted_at = Moment(required=True, allow_none=True)
    finished_at = Moment(required=True, allow_none=True)


class RestingOrderSchema(StrictSchema):
    """An order that waits for its price; `id` is null on paper, where it is no order before it is filled."""

    id = fields.UUID(required=True, allow_none=True)
    symbol = fields.String(required=True)
    side = fields.String(required=True, validate=validate.OneOf(SIDES))
    type = fields.String(required=True)
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    part = fields.Integer(
        required=True, metadata={"description": "The number of the safety order, or of the grid's interval"}
    )
    price = Amount(required=True, allow_none=True)
    stop_price = Amount(required=True, allow_none=True)
    quantity = Amount(required=True)
    filled_quantity = Amount(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATES))


class PositionSchema(StrictSchema):
    """One position; `mark_price` and `unrealized_pnl` where it is open and a price is known."""

    id = fields.UUID(required=True)
    bot_id = fields.UUID(required=True)
    bot_name = fields.String(required=True)
    symbol = fields.String(required=True)
    side = fields.String(required=True)
    quantity = Amount(required=True)
    entry_price = Amount(required=True)
    stop_price = Amount(required=True, allow_none=True)
    take_profit_price = Amount(required=True, allow_none=True)
    mark_price = Amount(required=True, allow_none=True)
    unrealized_pnl = Amount(required=True, allow_none=True)
    realized_pnl = Amount(required=True)
    fees = Amount(required=True)
    opened_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)
    close_reason = fields.String(required=True, allow_none=True)


class LookSchema(StrictSchema):
    """What a bot saw at the close of a candle, what it wanted, and what came of it."""

    symbol = fields.String(required=True)
    candle_at = Moment(required=True)
    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    confidence = fields.Float(required=True)
    outcome = fields.String(required=True)
    reason = fields.String(required=True)
    inputs = fields.Dict(keys=fields.String(), required=True)


class EvaluationSchema(LookSchema):
    """A bot's newest look at a market, acting or waiting."""

    evaluated_at = Moment(required=True)


class DecisionSchema(LookSchema):
    """What a bot did, or wanted and was refused."""

    id = fields.UUID(required=True)
    bot_id = fields.UUID(required=True)
    created_at = Moment(required=True)


class IndicatorPointSchema(StrictSchema):
    """One point of an indicator line."""

    opened_at = Moment(required=True)
    value = fields.String(required=True)


class IndicatorLineSchema(StrictSchema):
    """A line that the strategy looks at."""

    name = fields.String(required=True)
    values = fields.List(fields.Nested(IndicatorPointSchema), required=True)


class ChartArguments(StrictSchema):
    """How much of a chart."""

    symbol = fields.String()
    limit = fields.Integer(load_default=300, validate=validate.Range(1, 1000, error="From 1 to 1000."))


class ChartSchema(StrictSchema):
    """Candles of a bot's market with the lines of its strategy, oldest first."""

    symbol = fields.String(required=True)
    timeframe = fields.String(required=True)
    candles = fields.List(fields.Nested(CandleSchema), required=True)
    indicators = fields.List(fields.Nested(IndicatorLineSchema), required=True)


class PortfolioSchema(StrictSchema):
    """The sum of all bots; amounts in quote currency."""

    total_profit_loss = Amount(required=True)
    profit_loss_today = Amount(required=True)
    profit_loss_7d = Amount(required=True)
    profit_loss_30d = Amount(required=True)
    unrealized_pnl = Amount(required=True)
    win_rate = fields.Float(required=True, allow_none=True, metadata={"description": "0 to 1; null without trades"})
    trades_count = fields.Integer(required=True)
    running_bots = fields.Integer(required=True)
    bots_count = fields.Integer(required=True)
    open_positions = fields.List(fields.Nested(PositionSchema), required=True)


class EquityArguments(StrictSchema):
    """How far back."""

    period = fields.String(
        load_default="1M",
        validate=validate.OneOf(("1D", "1W", "1M", "1Y", "ALL"), error="Choose one of: {choices}."),
    )


class EquityPointSchema(StrictSchema):
    """The sum of realised profit and loss after a trade."""

    at = Moment(required=True)
    profit_loss = Amount(required=True)


class EquitySchema(StrictSchema):
    """The curve of realised profit and loss."""

    points = fields.List(fields.Nested(EquityPointSchema), required=True)

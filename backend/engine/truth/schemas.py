"""What goes out of a truth report."""

from marshmallow import fields, validate

from backend.foundation.schemas import Amount, Moment, StrictSchema

_MODE = validate.OneOf(("backtest", "paper", "live"))


class DealSchema(StrictSchema):
    """One trade of a course."""

    at = Moment(required=True)
    side = fields.String(required=True, validate=validate.OneOf(("buy", "sell")))
    purpose = fields.String(required=True)
    price = Amount(required=True)
    quantity = Amount(required=True)
    fee = Amount(required=True)


class CourseSchema(StrictSchema):
    """One course of the bot; amounts in quote, what is still held valued at the newest close."""

    mode = fields.String(required=True, validate=_MODE)
    bot_id = fields.UUID(required=True, allow_none=True)
    trades_count = fields.Integer(required=True)
    result = Amount(required=True)
    fees = Amount(required=True)


class DealPairSchema(StrictSchema):
    """The same trade in both courses; null where one has it not."""

    expected = fields.Nested(DealSchema, required=True, allow_none=True)
    actual = fields.Nested(DealSchema, required=True, allow_none=True)


class TruthComparisonSchema(StrictSchema):
    """What one course earned more than the other, split into parts that add up to `difference`."""

    expected = fields.String(required=True, validate=_MODE)
    actual = fields.String(required=True, validate=_MODE)
    difference = Amount(required=True)
    price = Amount(required=True, metadata={"description": "Other prices: spread, slippage, delay"})
    fees = Amount(required=True, metadata={"description": "Other fees for the same trades"})
    quantity = Amount(required=True, metadata={"description": "Larger or smaller trades"})
    missed = Amount(required=True, metadata={"description": "Trades that were expected and did not happen"})
    extra = Amount(required=True, metadata={"description": "Trades that happened and were not expected"})
    average_delay_seconds = fields.Float(required=True)
    pairs = fields.List(fields.Nested(DealPairSchema), required=True)


class TruthSchema(StrictSchema):
    """One bot and period as backtest, on paper and live."""

    since = Moment(required=True)
    until = Moment(required=True)
    courses = fields.List(fields.Nested(CourseSchema), required=True)
    comparisons = fields.List(fields.Nested(TruthComparisonSchema), required=True)
    notes = fields.List(fields.String(), required=True)

"""What a result tells: figures, months, checks, bands, grade; shared by backtests, optimisations and previews."""

from marshmallow import fields, validate

from backend.foundation.schemas import StrictSchema


class NoticeSchema(StrictSchema):
    """Something that the reader of a result should know."""

    code = fields.String(required=True)
    message = fields.String(required=True)


class MetricSchema(StrictSchema):
    """One figure with its convention."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    unit = fields.String(
        required=True, validate=validate.OneOf(("money", "fraction", "ratio", "count", "duration", "moment"))
    )
    value = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Money in quote, fractions of 1, durations in seconds; null with a reason."},
    )
    definition = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True, metadata={"description": "Why there is no value."})


class MonthSchema(StrictSchema):
    """The return of one month (UTC), as a fraction."""

    year = fields.Integer(required=True)
    month = fields.Integer(required=True)
    value = fields.String(required=True)


class ReasonTotalSchema(StrictSchema):
    """The trades that ended for one reason."""

    reason = fields.String(required=True)
    trades = fields.Integer(required=True)
    wins = fields.Integer(required=True)
    profit = fields.String(required=True)


class CheckSchema(StrictSchema):
    """The result of a check on the strategy itself."""

    name = fields.String(required=True)
    passed = fields.Boolean(required=True)
    message = fields.String(required=True)


class GradeSchema(StrictSchema):
    """What the run is worth, in plain words."""

    grade = fields.String(
        required=True,
        validate=validate.OneOf(("too_few_trades", "not_to_be_trusted", "losing", "weak", "promising", "strong")),
    )
    title = fields.String(required=True)
    reasons = fields.List(fields.String(), required=True)


class BandsSchema(StrictSchema):
    """Other courses that the same trades could have taken."""

    method = fields.String(required=True, validate=validate.OneOf(("shuffle", "bootstrap")))
    runs = fields.Integer(required=True)
    quantiles = fields.List(fields.Float(), required=True)
    steps = fields.List(fields.Integer(), required=True, metadata={"description": "After how many trades."})
    bands = fields.List(
        fields.List(fields.Float()), required=True, metadata={"description": "Equity by quantile and step."}
    )
    final_equity = fields.List(fields.Float(), required=True, metadata={"description": "By quantile."})
    max_drawdown = fields.List(fields.Float(), required=True, metadata={"description": "Fractions, by quantile."})
    loss_probability = fields.Float(required=True)
    ruin_probability = fields.Float(
        required=True, metadata={"description": "How often the equity fell below half of the balance."}
    )


class ResultSchema(StrictSchema):
    """Everything that came of a run, but its trades and its curve."""

    metrics = fields.List(fields.Nested(MetricSchema), required=True)
    months = fields.List(fields.Nested(MonthSchema), required=True)
    exit_reasons = fields.List(fields.Nested(ReasonTotalSchema), required=True)
    outcomes = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "How often each outcome of a decision occurred."},
    )
    open_position = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    notices = fields.List(fields.Nested(NoticeSchema), required=True)
    checks = fields.List(fields.Nested(CheckSchema), required=True)
    monte_carlo = fields.List(fields.Nested(BandsSchema), required=True)
    grade = fields.Nested(GradeSchema, required=True)
    candles = fields.Integer(required=True)
    quote = fields.String(required=True)

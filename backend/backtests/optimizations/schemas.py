"""What comes in and goes out about optimisations."""

from marshmallow import fields, validate

from backend.backtests.models import METHODS, STATUSES
from backend.backtests.optimizations.search import OBJECTIVES
from backend.backtests.result_schemas import GradeSchema, MetricSchema, NoticeSchema
from backend.backtests.schemas import PeriodSchema, RunSettingsSchema
from backend.foundation.schemas import Day, Moment, PageArguments, Sort, StrictSchema

_ONE_OF = "Choose one of: {choices}."


class RangeSchema(StrictSchema):
    """What one parameter is varied over: from low to high in steps, or a list of choices."""

    low = fields.Float()
    high = fields.Float()
    step = fields.Float()
    choices = fields.List(fields.Raw(), validate=validate.Length(min=1, max=200, error="1 to 200 choices."))


class NewOptimizationSchema(RunSettingsSchema, PeriodSchema):
    """A search for parameters, or a walk-forward."""

    name = fields.String(load_default="", validate=validate.Length(max=120, error="At most 120 characters."))
    method = fields.String(load_default="grid", validate=validate.OneOf(METHODS, error=_ONE_OF))
    objective = fields.String(load_default="sharpe", validate=validate.OneOf(tuple(OBJECTIVES), error=_ONE_OF))
    ranges = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(RangeSchema),
        required=True,
        validate=validate.Length(max=8, error="Vary at most eight parameters."),
        metadata={"description": "By the name of a strategy's parameter or of a rule such as stop_loss_percentage."},
    )
    trials = fields.Integer(
        load_default=200,
        validate=validate.Range(min=2, max=1_000_000, error="At least 2 trials."),
        metadata={"description": "How many combinations to try; a grid tries them all."},
    )
    seed = fields.Integer(load_default=1, validate=validate.Range(min=0, max=2**31 - 1))
    minimum_trades = fields.Integer(
        load_default=10,
        validate=validate.Range(min=0, max=100_000),
        metadata={"description": "Combinations with fewer trades are not compared."},
    )
    folds = fields.Integer(load_default=5, validate=validate.Range(min=1, max=50, error="1 to 50 folds."))
    train_percentage = fields.Float(
        load_default=70.0, validate=validate.Range(min=10, max=95, error="10 to 95 per cent.")
    )
    window = fields.String(load_default="rolling", validate=validate.OneOf(("rolling", "anchored"), error=_ONE_OF))


class OptimizationSummarySchema(StrictSchema):
    """The few figures that a list shows."""

    grade = fields.String(required=True)
    objective = fields.String(required=True, allow_none=True)
    combination = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    total_return = fields.String(required=True, allow_none=True)


class OptimizationSchema(StrictSchema):
    """An optimisation as lists and messages show it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    method = fields.String(required=True, validate=validate.OneOf(METHODS))
    objective = fields.String(required=True, validate=validate.OneOf(tuple(OBJECTIVES)))
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    progress = fields.Float(required=True, metadata={"description": "Per cent, 0 to 100."})
    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    exchange = fields.String(required=True)
    symbol = fields.String(required=True)
    timeframe = fields.String(required=True)
    start = Moment(required=True)
    end = Moment(required=True)
    strategy = fields.String(required=True)
    summary = fields.Nested(OptimizationSummarySchema, required=True, allow_none=True)
    created_at = Moment(required=True)
    started_at = Moment(required=True, allow_none=True)
    finished_at = Moment(required=True, allow_none=True)


class SearchSchema(StrictSchema):
    """What was searched."""

    ranges = fields.Dict(keys=fields.String(), values=fields.Nested(RangeSchema), required=True)
    trials = fields.Integer(required=True)
    seed = fields.Integer(required=True)
    minimum_trades = fields.Integer(required=True)
    folds = fields.Integer(required=True)
    train_percentage = fields.Float(required=True)
    window = fields.String(required=True)


class TrialSchema(StrictSchema):
    """One combination and its figures."""

    combination = fields.Dict(keys=fields.String(), required=True)
    objective = fields.String(required=True)
    trades = fields.Integer(required=True)
    metrics = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True), required=True)


class FoldSchema(StrictSchema):
    """One step of a walk-forward; `combination` is null where the train part gave nothing usable."""

    train_start = Day(required=True)
    train_end = Day(required=True)
    test_start = Day(required=True)
    test_end = Day(required=True)
    combination = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    train_score = fields.Float(required=True, allow_none=True)
    train_return = fields.Float(required=True, allow_none=True)
    test_return = fields.Float(required=True)
    test_max_drawdown = fields.Float(required=True)
    test_trades = fields.Integer(required=True)


class WalkCurveSchema(StrictSchema):
    """The chained test parts; moments in seconds since 1970."""

    times = fields.List(fields.Integer(), required=True)
    equity = fields.List(fields.Float(), required=True)


class OptimizationResultSchema(StrictSchema):
    """What came of it: `top` and what follows of a search, `folds` and what follows of a walk-forward."""

    top = fields.List(fields.Nested(TrialSchema))
    tried = fields.Integer()
    usable = fields.Integer(metadata={"description": "Combinations with enough trades and a value."})
    best = fields.List(fields.Nested(MetricSchema), allow_none=True)
    deflated_sharpe = fields.Float(
        allow_none=True,
        metadata={"description": "The probability that the best is better than luck among as many trials."},
    )
    overfitting = fields.Float(allow_none=True, metadata={"description": "The probability of backtest overfitting."})
    folds = fields.List(fields.Nested(FoldSchema))
    metrics = fields.List(fields.Nested(MetricSchema), metadata={"description": "Of the test parts alone."})
    curve = fields.Nested(WalkCurveSchema)
    efficiency = fields.Float(
        allow_none=True, metadata={"description": "The test parts' yearly return over that of the train parts."}
    )
    grade = fields.Nested(GradeSchema, required=True)
    notices = fields.List(
        fields.Nested(NoticeSchema),
        metadata={"description": "What is to be said of the candles: gaps, a short period."},
    )


class OneOptimizationSchema(OptimizationSchema):
    """An optimisation with its settings and, when it is complete, its result."""

    configuration = fields.Nested(RunSettingsSchema, required=True)
    search = fields.Nested(SearchSchema, required=True)
    data_hash = fields.String(required=True, allow_none=True)
    code_version = fields.String(required=True, allow_none=True)
    result = fields.Nested(OptimizationResultSchema, required=True, allow_none=True)


class OptimizationListArguments(PageArguments):
    """Which of the user's optimisations."""

    status = fields.String(validate=validate.OneOf(STATUSES, error="Choose one of: {choices}."))
    symbol = fields.String()
    strategy = fields.String()
    sort = Sort("created_at", "name", "status", "symbol", "strategy", default="-created_at")


class HeatMapArguments(StrictSchema):
    """Of which two parameters."""

    x = fields.String()
    y = fields.String()


class HeatMapSchema(StrictSchema):
    """The best objective for each pair of values."""

    x = fields.String(required=True)
    y = fields.String(required=True)
    x_values = fields.List(fields.Raw(), required=True)
    y_values = fields.List(fields.Raw(), required=True)
    values = fields.List(fields.List(fields.Float(allow_none=True)), required=True)
    objective = fields.String(required=True)

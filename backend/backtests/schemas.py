"""What comes in and goes out about backtests."""

from decimal import Decimal

from marshmallow import fields, validate

from backend.backtests.models import STATUSES
from backend.backtests.result_schemas import MetricSchema, NoticeSchema
from backend.bots.rules_schema import RulesSchema
from backend.foundation.schemas import Amount, Day, Moment, PageArguments, Sort, StrictSchema, positive
from backend.trading.candles import TIMEFRAMES

_RATE = [validate.Range(min=0, max=Decimal("0.1"), error="A fraction from 0 to 0.1; 0.001 is 0.1 %.")]
_NAME = validate.Length(max=120, error="At most 120 characters.")


class RunSettingsSchema(RulesSchema):
    """What is run: market, period, strategy, rules, costs."""

    exchange = fields.String(load_default="binance")
    symbol = fields.String(required=True)
    timeframe = fields.String(
        required=True, validate=validate.OneOf(tuple(TIMEFRAMES), error="Choose one of: {choices}.")
    )
    strategy = fields.String(load_default="sma_crossover")
    strategy_config = fields.Dict(keys=fields.String(), load_default=dict)
    initial_balance = Amount(load_default=Decimal(10_000), validate=[positive()])
    fee_rate = Amount(
        load_default=Decimal("0.001"), validate=_RATE, metadata={"description": "Taker fee as a fraction."}
    )
    maker_fee_rate = Amount(
        allow_none=True,
        load_default=None,
        validate=_RATE,
        metadata={"description": "Fee of resting orders as a fraction; the taker fee where empty."},
    )
    slippage = Amount(load_default=Decimal("0.0005"), validate=_RATE)
    spread = Amount(
        load_default=Decimal(0),
        validate=_RATE,
        metadata={"description": "Whole spread as a fraction; each side pays half."},
    )


class PeriodSchema(StrictSchema):
    """From when to before when."""

    start = Day(required=True)
    end = Day(required=True)


class NewBacktestSchema(RunSettingsSchema, PeriodSchema):
    """A backtest to be run."""

    name = fields.String(load_default="", validate=_NAME)


class PreviewSchema(RunSettingsSchema):
    """A configuration to be tried on the last days of its market."""

    days = fields.Integer(load_default=90, validate=validate.Range(min=1, max=365, error="1 to 365 days."))


class BacktestListArguments(PageArguments):
    """Which of the user's backtests."""

    status = fields.String(validate=validate.OneOf(STATUSES, error="Choose one of: {choices}."))
    symbol = fields.String()
    strategy = fields.String()
    sort = Sort("created_at", "name", "status", "symbol", "strategy", default="-created_at")


class BacktestChangeSchema(StrictSchema):
    """What may be changed of a backtest: its name."""

    name = fields.String(required=True, validate=_NAME)


class SummarySchema(StrictSchema):
    """The few figures that a list shows."""

    total_return = fields.String(required=True)
    benchmark_return = fields.String(required=True)
    final_equity = fields.String(required=True)
    max_drawdown = fields.String(required=True)
    sharpe = fields.String(required=True, allow_none=True)
    win_rate = fields.String(required=True, allow_none=True)
    trades = fields.Integer(required=True)
    grade = fields.String(required=True)


class BacktestSchema(StrictSchema):
    """A backtest as lists and messages show it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    progress = fields.Float(required=True, metadata={"description": "Per cent, 0 to 100."})
    error = fields.String(required=True, allow_none=True)
    exchange = fields.String(required=True)
    symbol = fields.String(required=True)
    timeframe = fields.String(required=True)
    start = Moment(required=True)
    end = Moment(required=True)
    strategy = fields.String(required=True)
    initial_balance = Amount(required=True)
    summary = fields.Nested(SummarySchema, required=True, allow_none=True)
    created_at = Moment(required=True)
    started_at = Moment(required=True, allow_none=True)
    finished_at = Moment(required=True, allow_none=True)


class OneBacktestSchema(BacktestSchema):
    """A backtest with its settings and, when it is complete, its figures."""

    configuration = fields.Nested(RunSettingsSchema, required=True)
    data_hash = fields.String(required=True, allow_none=True)
    code_version = fields.String(required=True, allow_none=True)
    result_hash = fields.String(required=True, allow_none=True)
    metrics = fields.Dict(
        keys=fields.String(),
        values=fields.String(allow_none=True),
        required=True,
        allow_none=True,
        metadata={"description": "The figures by name; `result` has their definitions."},
    )


class BacktestTradeArguments(PageArguments):
    """Which trades of a run."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=1000))
    sort = Sort("closed_at", "profit", "return", default="closed_at")


class BacktestTradeSchema(StrictSchema):
    """A trade: from the position's first purchase to a sale. `at` moments are the open times of their candles."""

    number = fields.Integer(required=True)
    opened_at = Moment(required=True)
    closed_at = Moment(required=True)
    entry_price = fields.String(required=True)
    exit_price = fields.String(required=True)
    quantity = fields.String(required=True)
    entries = fields.Integer(required=True, metadata={"description": "Purchases that made up the position."})
    fee = fields.String(required=True, metadata={"description": "The sale's fee, in quote."})
    profit = fields.String(required=True)
    return_ = fields.String(required=True, data_key="return", attribute="return")
    entry_reason = fields.String(required=True)
    exit_reason = fields.String(required=True)


class FillArguments(PageArguments):
    """Which fills of a run, for drawing them over candles."""

    limit = fields.Integer(load_default=1000, validate=validate.Range(min=1, max=5000))
    since = Day()
    until = Day()
    sort = Sort("at", default="at")


class FillSchema(StrictSchema):
    """One execution."""

    at = Moment(required=True)
    side = fields.String(required=True, validate=validate.OneOf(("buy", "sell")))
    purpose = fields.String(required=True)
    price = fields.String(required=True)
    quantity = fields.String(required=True)


class CurveSchema(StrictSchema):
    """Equity, benchmark and drawdown, thinned for drawing: moments in seconds since 1970, numbers side by side."""

    times = fields.List(fields.Integer(), required=True)
    equity = fields.List(fields.Float(), required=True)
    benchmark = fields.List(fields.Float(), required=True, metadata={"description": "The balance held in the coin."})
    drawdown = fields.List(
        fields.Float(),
        required=True,
        metadata={"description": "The deepest of each span, as a fraction below the peak."},
    )


class RunCandleArguments(StrictSchema):
    """Which span of a run; all of it where nothing is said."""

    since = Day()
    until = Day()


class LineSchema(StrictSchema):
    """A line that the strategy looks at: one value a candle, null where it has none yet."""

    name = fields.String(required=True)
    pane = fields.String(required=True, metadata={"description": "`price`, or the name of a pane of its own."})
    levels = fields.List(fields.Float(), required=True)
    values = fields.List(fields.Float(allow_none=True), required=True)


class RunCandlesSchema(StrictSchema):
    """Candles side by side, moments in seconds since 1970."""

    timeframe = fields.String(required=True, metadata={"description": "Longer than the run's for a long span."})
    times = fields.List(fields.Integer(), required=True)
    open = fields.List(fields.Float(), required=True)
    high = fields.List(fields.Float(), required=True)
    low = fields.List(fields.Float(), required=True)
    close = fields.List(fields.Float(), required=True)
    lines = fields.List(fields.Nested(LineSchema), required=True)


class ExportArguments(StrictSchema):
    """In which form."""

    format = fields.String(
        load_default="csv", validate=validate.OneOf(("csv", "json", "parquet"), error="Choose one of: {choices}.")
    )


class CompareArguments(StrictSchema):
    """Which backtests, by id, separated by commas."""

    ids = fields.String(required=True)


class ComparedSchema(StrictSchema):
    """One backtest beside others."""

    backtest = fields.Nested(BacktestSchema, required=True)
    metrics = fields.List(fields.Nested(MetricSchema), required=True)
    curve = fields.Nested(CurveSchema, required=True)
    settings = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "The settings in which the compared runs differ."},
    )


class BotDraftSchema(StrictSchema):
    """What a bot form is filled with to run what was tested."""

    draft = fields.Dict(keys=fields.String(), required=True)
    notices = fields.List(fields.String(), required=True)


class PreviewAnswerSchema(StrictSchema):
    """What a configuration would have done lately."""

    start = Moment(required=True)
    end = Moment(required=True)
    candles = fields.Integer(required=True)
    metrics = fields.List(fields.Nested(MetricSchema), required=True)
    curve = fields.Nested(CurveSchema, required=True)
    fills = fields.List(fields.Nested(FillSchema), required=True, metadata={"description": "At most 500, the newest."})
    trades = fields.Integer(required=True)
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    notices = fields.List(fields.Nested(NoticeSchema), required=True)
    milliseconds = fields.Float(required=True, metadata={"description": "How long the computation took."})

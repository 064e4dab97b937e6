"""The shapes of the API's answers. Written by scripts/write_client.py; do not change by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Accepted:
    """Accepted."""

    message: str


@dataclass(frozen=True)
class AccessToken:
    """Access token."""

    id: UUID
    name: str
    prefix: str
    """What the token begins with."""
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True)
class ApiKey:
    """Api key."""

    id: UUID
    exchange: str
    label: str
    masked_key: str
    is_testnet: bool
    status: str
    problem: str | None
    trades_live: bool
    confirmed_at: datetime | None
    permissions: KeyPermissions
    last_checked_at: datetime
    last_used_at: datetime | None
    """When orders were last sent or the account was last compared with it, to a minute."""
    rotated_at: datetime | None
    """When it was last replaced."""
    frozen_until: datetime | None
    """After a password reset: until then no bot begins to trade with the key."""
    created_at: datetime


@dataclass(frozen=True)
class AuditEntry:
    """Audit entry."""

    id: UUID
    actor: str
    """login, operator, or token with its id."""
    action: str
    """What was done, such as trading_bots.changed."""
    subject_id: str | None
    changes: dict[str, Any]
    """By field the value before and after; secrets are masked."""
    ip_address: str | None
    user_agent: str | None
    request_id: str | None
    created_at: datetime


@dataclass(frozen=True)
class AuditEntryWithUser:
    """Audit entry with user."""

    id: UUID
    actor: str
    """login, operator, or token with its id."""
    action: str
    """What was done, such as trading_bots.changed."""
    subject_id: str | None
    changes: dict[str, Any]
    """By field the value before and after; secrets are masked."""
    ip_address: str | None
    user_agent: str | None
    request_id: str | None
    created_at: datetime
    user_id: UUID
    user_email: str


@dataclass(frozen=True)
class Backtest:
    """Backtest."""

    id: UUID
    name: str
    status: str
    progress: float
    """Per cent, 0 to 100."""
    error: str | None
    exchange: str
    symbol: str
    timeframe: str
    start: datetime
    end: datetime
    strategy: str
    initial_balance: Decimal
    summary: Summary | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class BacktestTrade:
    """Backtest trade."""

    number: int
    opened_at: datetime
    closed_at: datetime
    entry_price: str
    exit_price: str
    quantity: str
    entries: int
    """Purchases that made up the position."""
    fee: str
    """The sale's fee, in quote."""
    profit: str
    return_: str = field(metadata={"sent": "return"})
    entry_reason: str
    exit_reason: str


@dataclass(frozen=True)
class Bands:
    """Bands."""

    method: str
    runs: int
    quantiles: list[float]
    steps: list[int]
    """After how many trades."""
    bands: list[list[float]]
    """Equity by quantile and step."""
    final_equity: list[float]
    """By quantile."""
    max_drawdown: list[float]
    """Fractions, by quantile."""
    loss_probability: float
    ruin_probability: float
    """How often the equity fell below half of the balance."""


@dataclass(frozen=True)
class Bot:
    """Bot."""

    kind: str
    sizing: str
    base_amount: Decimal
    equity_percentage: Decimal | None
    risk_per_trade: Decimal | None
    max_position_amount: Decimal | None
    stop_loss_percentage: Decimal | None
    take_profit_percentage: Decimal | None
    trailing_stop_percentage: Decimal | None
    cooldown_minutes: int | None
    max_daily_trades: int | None
    daily_loss_limit: Decimal | None
    max_drawdown: Decimal | None
    max_open_positions: int | None
    close_on_breach: bool
    trading_window: TradingWindow | None
    dca: Dca | None
    grid: Grid | None
    id: UUID
    name: str
    description: str | None
    exchange: str
    symbols: list[str]
    strategy: str
    strategy_config: dict[str, Any]
    timeframe: str
    is_paper_trading: bool
    api_key_id: UUID | None
    paper_balance: Decimal
    stop_on_exchange: bool
    status: str
    status_reason: str | None
    is_running: bool
    total_trades: int
    winning_trades: int
    total_profit_loss: Decimal
    started_at: datetime | None
    last_run_at: datetime | None
    next_look_by: datetime | None
    """When this is past, nothing looks at the bot although it should be watched."""
    promoted_from: UUID | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class BotDraft:
    """Bot draft."""

    draft: dict[str, Any]
    notices: list[str]


@dataclass(frozen=True)
class BotOfUser:
    """Bot of user."""

    id: UUID
    name: str
    exchange: str
    symbols: list[str]
    timeframe: str
    strategy: str
    kind: str
    is_paper_trading: bool
    status: str
    status_reason: str | None
    total_trades: int
    total_profit_loss: Decimal
    last_run_at: datetime | None
    next_look_by: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class BotWithOwner:
    """Bot with owner."""

    id: UUID
    name: str
    exchange: str
    symbols: list[str]
    timeframe: str
    strategy: str
    kind: str
    is_paper_trading: bool
    status: str
    status_reason: str | None
    total_trades: int
    total_profit_loss: Decimal
    last_run_at: datetime | None
    next_look_by: datetime | None
    created_at: datetime
    user_id: UUID
    user_email: str


@dataclass(frozen=True)
class Candle:
    """Candle."""

    opened_at: datetime
    open: str
    high: str
    low: str
    close: str
    volume: str


@dataclass(frozen=True)
class Challenge:
    """Challenge."""

    mfa_token: str
    """For /auth/mfa/verify, with the code."""
    expires_in: int
    """Seconds until it expires."""


@dataclass(frozen=True)
class Chart:
    """Chart."""

    symbol: str
    timeframe: str
    candles: list[Candle]
    indicators: list[IndicatorLine]


@dataclass(frozen=True)
class Check:
    """Check."""

    name: str
    passed: bool
    message: str


@dataclass(frozen=True)
class Compared:
    """Compared."""

    backtest: Backtest
    metrics: list[Metric]
    curve: Curve
    settings: dict[str, Any]
    """The settings in which the compared runs differ."""


@dataclass(frozen=True)
class Comparison:
    """Comparison."""

    api_key_id: UUID
    compared_at: datetime | None
    attempted_at: datetime
    problem: str | None


@dataclass(frozen=True)
class Course:
    """Course."""

    mode: str
    bot_id: UUID | None
    trades_count: int
    result: Decimal
    fees: Decimal


@dataclass(frozen=True)
class Curve:
    """Curve."""

    times: list[int]
    equity: list[float]
    benchmark: list[float]
    """The balance held in the coin."""
    drawdown: list[float]
    """The deepest of each span, as a fraction below the peak."""


@dataclass(frozen=True)
class Dca:
    """Dca."""

    start: str
    safety_orders: int
    safety_amount: Decimal | None
    """What the first safety order spends, in quote; the first buy's amount where empty."""
    deviation_percentage: Decimal
    step_scale: Decimal
    volume_scale: Decimal


@dataclass(frozen=True)
class Deal:
    """Deal."""

    at: datetime
    side: str
    purpose: str
    price: Decimal
    quantity: Decimal
    fee: Decimal


@dataclass(frozen=True)
class DealPair:
    """Deal pair."""

    expected: Deal | None
    actual: Deal | None


@dataclass(frozen=True)
class Decision:
    """Decision."""

    symbol: str
    candle_at: datetime
    action: str
    confidence: float
    outcome: str
    reason: str
    inputs: dict[str, Any]
    id: UUID
    bot_id: UUID
    created_at: datetime


@dataclass(frozen=True)
class Download:
    """Download."""

    id: UUID
    exchange: str
    symbol: str
    timeframe: str
    from_: datetime = field(metadata={"sent": "from"})
    to: datetime
    status: str
    position: datetime
    """Everything before is stored, or is nowhere."""
    percentage: float
    new_candles: int
    error: str | None
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class Drift:
    """Drift."""

    id: UUID
    bot_id: UUID | None
    bot_name: str | None
    api_key_id: UUID
    kind: str
    symbol: str | None
    ledger_value: Decimal | None
    exchange_value: Decimal | None
    explanation: str
    state: str
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    resolution: str | None


@dataclass(frozen=True)
class DriftWithOwner:
    """Drift with owner."""

    id: UUID
    bot_id: UUID | None
    bot_name: str | None
    api_key_id: UUID
    kind: str
    symbol: str | None
    ledger_value: Decimal | None
    exchange_value: Decimal | None
    explanation: str
    state: str
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    resolution: str | None
    user_id: UUID
    user_email: str
    exchange: str | None


@dataclass(frozen=True)
class Enrolment:
    """Enrolment."""

    secret: str
    """Base32, for typing in."""
    uri: str
    """otpauth://…."""
    qr_svg: str
    """The same as a QR code, an SVG image."""


@dataclass(frozen=True)
class Equity:
    """Equity."""

    points: list[EquityPoint]


@dataclass(frozen=True)
class EquityPoint:
    """Equity point."""

    at: datetime
    profit_loss: Decimal


@dataclass(frozen=True)
class Evaluation:
    """Evaluation."""

    symbol: str
    candle_at: datetime
    action: str
    confidence: float
    outcome: str
    reason: str
    inputs: dict[str, Any]
    evaluated_at: datetime


@dataclass(frozen=True)
class Exchange:
    """Exchange."""

    id: str
    name: str
    is_sandbox: bool
    trades: bool
    has_testnet: bool
    tells_rights: bool
    """If not, the user confirms in words that a key cannot withdraw."""
    order_types: list[str]
    maker_fee: float
    taker_fee: float
    key_page_url: str
    key_guide: list[str]
    key_fields: list[KeyField]
    timeframes: list[str]


@dataclass(frozen=True)
class ExchangeHalt:
    """Exchange halt."""

    exchange: str
    reason: str


@dataclass(frozen=True)
class Fill:
    """Fill."""

    at: datetime
    side: str
    purpose: str
    price: str
    quantity: str


@dataclass(frozen=True)
class Fold:
    """Fold."""

    train_start: datetime
    train_end: datetime
    test_start: datetime
    test_end: datetime
    combination: dict[str, Any] | None
    train_score: float | None
    train_return: float | None
    test_return: float
    test_max_drawdown: float
    test_trades: int


@dataclass(frozen=True)
class Gap:
    """Gap."""

    from_: datetime = field(metadata={"sent": "from"})
    """When the first missing one would open."""
    to: datetime
    """When the next one that is there opens."""
    missing: int


@dataclass(frozen=True)
class GapReport:
    """Gap report."""

    exchange: str
    symbol: str
    timeframe: str
    from_: datetime = field(metadata={"sent": "from"})
    """Open time of the first (last) candle."""
    to: datetime
    """Open time of the first (last) candle."""
    count: int
    missing: int
    gap_count: int
    longest: int
    """Candles that the longest gap misses."""
    gaps: list[Gap]
    """The longest ones, in the order of time."""


@dataclass(frozen=True)
class Grade:
    """Grade."""

    grade: str
    title: str
    reasons: list[str]


@dataclass(frozen=True)
class Grid:
    """Grid."""

    lower_price: Decimal
    upper_price: Decimal
    intervals: int
    spacing: str


@dataclass(frozen=True)
class HeatMap:
    """Heat map."""

    x: str
    y: str
    x_values: list[Any]
    y_values: list[Any]
    values: list[list[float | None]]
    objective: str


@dataclass(frozen=True)
class Holding:
    """Holding."""

    exchange: str
    exchange_name: str
    """As it is shown to the user."""
    is_upload: bool
    symbol: str
    timeframe: str
    from_: datetime = field(metadata={"sent": "from"})
    """Open time of the first (last) candle."""
    to: datetime
    """Open time of the first (last) candle."""
    count: int


@dataclass(frozen=True)
class Hook:
    """Hook."""

    exists: bool
    last_received_at: datetime | None


@dataclass(frozen=True)
class IncomingSignal:
    """Incoming signal."""

    id: UUID
    bot_id: UUID
    action: str
    note: str | None
    state: str
    outcome: str | None
    received_at: datetime
    handled_at: datetime | None


@dataclass(frozen=True)
class IndicatorLine:
    """Indicator line."""

    name: str
    values: list[IndicatorPoint]


@dataclass(frozen=True)
class IndicatorPoint:
    """Indicator point."""

    opened_at: datetime
    value: str


@dataclass(frozen=True)
class KeyField:
    """Key field."""

    name: str
    label: str
    help: str
    is_multiline: bool


@dataclass(frozen=True)
class KeyOfUser:
    """Key of user."""

    id: UUID
    exchange: str
    label: str
    is_testnet: bool
    status: str
    problem: str | None
    trades_live: bool
    permissions: KeyPermissions


@dataclass(frozen=True)
class KeyPermissions:
    """Key permissions."""

    can_trade: bool
    can_withdraw: bool | None
    ip_restricted: bool | None


@dataclass(frozen=True)
class Limit:
    """Limit."""

    api_key_id: UUID | None
    """Of one account; null: over all accounts."""
    max_order_amount: Decimal | None
    max_open_amount: Decimal | None
    max_open_positions: int | None


@dataclass(frozen=True)
class Line:
    """Line."""

    name: str
    pane: str
    """`price`, or the name of a pane of its own."""
    levels: list[float]
    values: list[float | None]


@dataclass(frozen=True)
class Login:
    """Login."""

    access_token: str
    token_type: str
    expires_in: int
    """Seconds until the access token expires."""
    user: User


@dataclass(frozen=True)
class LoginDevice:
    """Login device."""

    id: UUID
    device: str
    """Browser and system, as far as they tell."""
    ip_address: str | None
    began_at: datetime
    last_seen_at: datetime
    is_current: bool


@dataclass(frozen=True)
class MadeAccessToken:
    """Made access token."""

    id: UUID
    name: str
    prefix: str
    """What the token begins with."""
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    token: str


@dataclass(frozen=True)
class Market:
    """Market."""

    symbol: str
    base: str
    quote: str
    price_tick: Decimal
    quantity_step: Decimal
    minimum_quantity: Decimal
    minimum_notional: Decimal


@dataclass(frozen=True)
class Metric:
    """Metric."""

    name: str
    title: str
    unit: str
    value: str | None
    """Money in quote, fractions of 1, durations in seconds; null with a reason."""
    definition: str
    reason: str | None
    """Why there is no value."""


@dataclass(frozen=True)
class Month:
    """Month."""

    year: int
    month: int
    value: str


@dataclass(frozen=True)
class NewHook:
    """New hook."""

    url: str
    secret: str
    json_example: str
    """The message of a TradingView alert."""
    text_example: str


@dataclass(frozen=True)
class Notice:
    """Notice."""

    code: str
    message: str


@dataclass(frozen=True)
class OneBacktest:
    """One backtest."""

    id: UUID
    name: str
    status: str
    progress: float
    """Per cent, 0 to 100."""
    error: str | None
    exchange: str
    symbol: str
    timeframe: str
    start: datetime
    end: datetime
    strategy: str
    initial_balance: Decimal
    summary: Summary | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    configuration: RunSettings
    data_hash: str | None
    code_version: str | None
    result_hash: str | None
    metrics: dict[str, str | None] | None
    """The figures by name; `result` has their definitions."""


@dataclass(frozen=True)
class OneOptimization:
    """One optimization."""

    id: UUID
    name: str
    method: str
    objective: str
    status: str
    progress: float
    """Per cent, 0 to 100."""
    total: int
    done: int
    error: str | None
    exchange: str
    symbol: str
    timeframe: str
    start: datetime
    end: datetime
    strategy: str
    summary: OptimizationSummary | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    configuration: RunSettings
    search: Search
    data_hash: str | None
    code_version: str | None
    result: OptimizationResult | None


@dataclass(frozen=True)
class Optimization:
    """Optimization."""

    id: UUID
    name: str
    method: str
    objective: str
    status: str
    progress: float
    """Per cent, 0 to 100."""
    total: int
    done: int
    error: str | None
    exchange: str
    symbol: str
    timeframe: str
    start: datetime
    end: datetime
    strategy: str
    summary: OptimizationSummary | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class OptimizationResult:
    """Optimization result."""

    top: list[Trial]
    tried: int
    usable: int
    """Combinations with enough trades and a value."""
    best: list[Metric] | None
    deflated_sharpe: float | None
    """The probability that the best is better than luck among as many trials."""
    overfitting: float | None
    """The probability of backtest overfitting."""
    folds: list[Fold]
    metrics: list[Metric]
    """Of the test parts alone."""
    curve: WalkCurve
    efficiency: float | None
    """The test parts' yearly return over that of the train parts."""
    grade: Grade
    notices: list[Notice]
    """What is to be said of the candles: gaps, a short period."""


@dataclass(frozen=True)
class OptimizationSummary:
    """Optimization summary."""

    grade: str
    objective: str | None
    combination: dict[str, Any] | None
    total_return: str | None


@dataclass(frozen=True)
class Order:
    """Order."""

    id: UUID
    bot_id: UUID
    client_order_id: str
    exchange_order_id: str | None
    symbol: str
    side: str
    type: str
    purpose: str
    quantity: Decimal
    price: Decimal | None
    filled_quantity: Decimal
    average_price: Decimal | None
    fee: Decimal
    status: str
    attempts: int
    error: str | None
    intended_at: datetime
    submitted_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class OrderWithOwner:
    """Order with owner."""

    id: UUID
    user_id: UUID
    user_email: str
    bot_id: UUID
    bot_name: str
    exchange: str
    client_order_id: str
    exchange_order_id: str | None
    symbol: str
    side: str
    type: str
    purpose: str
    quantity: Decimal
    filled_quantity: Decimal
    price: Decimal | None
    status: str
    attempts: int
    error: str | None
    intended_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True)
class Outbox:
    """Outbox."""

    waiting: int
    oldest_at: datetime | None
    given_up: int
    """Failed too often; they need a person."""
    last_dispatched_at: datetime | None


@dataclass(frozen=True)
class PanicAnswer:
    """Panic answer."""

    paused_bots: int
    closing_positions: int


@dataclass(frozen=True)
class PlanLimits:
    """Plan limits."""

    backtests_a_day: int
    candles_a_backtest: int
    trials_an_optimization: int


@dataclass(frozen=True)
class PlanUsers:
    """Plan users."""

    name: str
    limits: PlanLimits
    users_count: int


@dataclass(frozen=True)
class Portfolio:
    """Portfolio."""

    total_profit_loss: Decimal
    profit_loss_today: Decimal
    profit_loss_7d: Decimal
    profit_loss_30d: Decimal
    unrealized_pnl: Decimal
    win_rate: float | None
    """0 to 1; null without trades."""
    trades_count: int
    running_bots: int
    bots_count: int
    open_positions: list[Position]


@dataclass(frozen=True)
class Position:
    """Position."""

    id: UUID
    bot_id: UUID
    bot_name: str
    symbol: str
    side: str
    quantity: Decimal
    entry_price: Decimal
    stop_price: Decimal | None
    take_profit_price: Decimal | None
    mark_price: Decimal | None
    unrealized_pnl: Decimal | None
    realized_pnl: Decimal
    fees: Decimal
    opened_at: datetime
    closed_at: datetime | None
    close_reason: str | None


@dataclass(frozen=True)
class PreviewAnswer:
    """Preview answer."""

    start: datetime
    end: datetime
    candles: int
    metrics: list[Metric]
    curve: Curve
    fills: list[Fill]
    """At most 500, the newest."""
    trades: int
    outcomes: dict[str, int]
    notices: list[Notice]
    milliseconds: float
    """How long the computation took."""


@dataclass(frozen=True)
class PromotionCheck:
    """Promotion check."""

    name: str
    level: str
    message: str


@dataclass(frozen=True)
class Queue:
    """Queue."""

    name: str
    waiting: int
    """Tasks that no worker has taken yet."""


@dataclass(frozen=True)
class Queues:
    """Queues."""

    queues: list[Queue]
    at_work: int
    """Tasks taken by workers and not finished."""
    outbox: Outbox
    last_look_at: datetime | None
    """When the engine last looked at any bot."""


@dataclass(frozen=True)
class Range:
    """Range."""

    low: float
    high: float
    step: float
    choices: list[Any]


@dataclass(frozen=True)
class ReasonTotal:
    """Reason total."""

    reason: str
    trades: int
    wins: int
    profit: str


@dataclass(frozen=True)
class RecoveryCodes:
    """Recovery codes."""

    codes: list[str]


@dataclass(frozen=True)
class RestingOrder:
    """Resting order."""

    id: UUID | None
    symbol: str
    side: str
    type: str
    purpose: str
    part: int
    """The number of the safety order, or of the grid's interval."""
    price: Decimal | None
    stop_price: Decimal | None
    quantity: Decimal
    filled_quantity: Decimal
    status: str


@dataclass(frozen=True)
class Result:
    """Result."""

    metrics: list[Metric]
    months: list[Month]
    exit_reasons: list[ReasonTotal]
    outcomes: dict[str, int]
    """How often each outcome of a decision occurred."""
    open_position: dict[str, Any] | None
    notices: list[Notice]
    checks: list[Check]
    monte_carlo: list[Bands]
    grade: Grade
    candles: int
    quote: str


@dataclass(frozen=True)
class RunCandles:
    """Run candles."""

    timeframe: str
    """Longer than the run's for a long span."""
    times: list[int]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    lines: list[Line]


@dataclass(frozen=True)
class RunSettings:
    """Run settings."""

    kind: str
    sizing: str
    base_amount: Decimal
    equity_percentage: Decimal | None
    risk_per_trade: Decimal | None
    max_position_amount: Decimal | None
    stop_loss_percentage: Decimal | None
    take_profit_percentage: Decimal | None
    trailing_stop_percentage: Decimal | None
    cooldown_minutes: int | None
    max_daily_trades: int | None
    daily_loss_limit: Decimal | None
    max_drawdown: Decimal | None
    max_open_positions: int | None
    close_on_breach: bool
    trading_window: TradingWindow | None
    dca: Dca | None
    grid: Grid | None
    exchange: str
    symbol: str
    timeframe: str
    strategy: str
    strategy_config: dict[str, Any]
    initial_balance: Decimal
    fee_rate: Decimal
    """Taker fee as a fraction."""
    maker_fee_rate: Decimal | None
    """Fee of resting orders as a fraction; the taker fee where empty."""
    slippage: Decimal
    spread: Decimal
    """Whole spread as a fraction; each side pays half."""


@dataclass(frozen=True)
class Search:
    """Search."""

    ranges: dict[str, Range]
    trials: int
    seed: int
    minimum_trades: int
    folds: int
    train_percentage: float
    window: str


@dataclass(frozen=True)
class SecondFactor:
    """Second factor."""

    enabled: bool
    since: datetime | None
    recovery_codes_left: int


@dataclass(frozen=True)
class Strategy:
    """Strategy."""

    name: str
    title: str
    summary: str
    parameters: dict[str, Any]
    """JSON Schema."""
    signals_from_outside: bool
    """It has no signals of its own: a backtest of it trades nothing."""


@dataclass(frozen=True)
class Summary:
    """Summary."""

    total_return: str
    benchmark_return: str
    final_equity: str
    max_drawdown: str
    sharpe: str | None
    win_rate: str | None
    trades: int
    grade: str


@dataclass(frozen=True)
class Switches:
    """Switches."""

    is_halted: bool
    """The user's own switch."""
    reason: str | None
    platform_reason: str | None
    exchanges: list[ExchangeHalt]


@dataclass(frozen=True)
class Ticker:
    """Ticker."""

    exchange: str
    symbol: str
    price: str
    change_percentage_24h: str | None
    updated_at: datetime


@dataclass(frozen=True)
class Trade:
    """Trade."""

    id: UUID
    bot_id: UUID
    bot_name: str
    order_id: UUID
    symbol: str
    type: str
    purpose: str
    price: Decimal
    quantity: Decimal
    amount: Decimal
    fee: Decimal
    fee_charged: Decimal
    fee_currency: str
    profit_loss: Decimal | None
    status: str
    executed_at: datetime


@dataclass(frozen=True)
class TradingWindow:
    """Trading window."""

    days: list[int]
    """0 is Monday."""
    start: str
    end: str
    timezone: str


@dataclass(frozen=True)
class Trial:
    """Trial."""

    combination: dict[str, Any]
    objective: str
    trades: int
    metrics: dict[str, str | None]


@dataclass(frozen=True)
class Truth:
    """Truth."""

    since: datetime
    until: datetime
    courses: list[Course]
    comparisons: list[TruthComparison]
    notes: list[str]


@dataclass(frozen=True)
class TruthComparison:
    """Truth comparison."""

    expected: str
    actual: str
    difference: Decimal
    price: Decimal
    """Other prices: spread, slippage, delay."""
    fees: Decimal
    """Other fees for the same trades."""
    quantity: Decimal
    """Larger or smaller trades."""
    missed: Decimal
    """Trades that were expected and did not happen."""
    extra: Decimal
    """Trades that happened and were not expected."""
    average_delay_seconds: float
    pairs: list[DealPair]


@dataclass(frozen=True)
class User:
    """User."""

    id: UUID
    email: str
    username: str
    first_name: str | None
    last_name: str | None
    email_verified: bool
    mfa_enabled: bool
    role: str
    locale: str
    timezone: str
    subscription_plan: str
    created_at: datetime


@dataclass(frozen=True)
class UserDetails:
    """User details."""

    id: UUID
    email: str
    username: str
    role: str
    is_active: bool
    email_verified: bool
    subscription_plan: str
    bots_count: int
    watched_bots: int
    """Bots that are running or paused."""
    last_seen_at: datetime | None
    """When a login last began or was renewed."""
    created_at: datetime
    deleted_at: datetime | None
    """When its owner deleted it; it stays deactivated."""
    locale: str
    timezone: str
    logins_count: int
    """Logins that have not ended."""
    access_tokens_count: int
    halted_because: str | None
    """Why the user switched their own trading off."""
    api_keys: list[KeyOfUser]
    bots: list[BotOfUser]
    """The newest hundred, without deleted."""


@dataclass(frozen=True)
class UserRow:
    """User row."""

    id: UUID
    email: str
    username: str
    role: str
    is_active: bool
    email_verified: bool
    subscription_plan: str
    bots_count: int
    watched_bots: int
    """Bots that are running or paused."""
    last_seen_at: datetime | None
    """When a login last began or was renewed."""
    created_at: datetime
    deleted_at: datetime | None
    """When its owner deleted it; it stays deactivated."""


@dataclass(frozen=True)
class VenueSwitch:
    """Venue switch."""

    exchange: str | None
    """Null: the whole platform, over every exchange."""
    name: str
    is_halted: bool
    reason: str | None
    since: datetime | None


@dataclass(frozen=True)
class Verified:
    """Verified."""

    email: str


@dataclass(frozen=True)
class WalkCurve:
    """Walk curve."""

    times: list[int]
    equity: list[float]


@dataclass(frozen=True)
class Worker:
    """Worker."""

    name: str
    queues: list[str]
    """Whose tasks it does."""

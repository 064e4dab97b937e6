"""A backtest's settings: checked as a whole, and as the core takes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from backend.backtests.errors import UnusableBacktest
from backend.bots.trading_rules import rules_of
from backend.config import Settings
from backend.exchanges.queries import market_of
from backend.exchanges.venues import VENUES
from backend.foundation.errors import ApplicationError, FieldError
from backend.market_data.queries import milliseconds
from backend.market_data.store import CandleStore, Holding
from backend.market_data.uploads import UPLOAD, is_upload, upload_name
from backend.trading.candles import TIMEFRAMES
from backend.trading.rules import Costs, Filters, Rules
from backend.trading.strategies import STRATEGIES, Strategy, strategy_of
from backend.trading.strategies.declaration import problems_of, with_defaults

LONGEST_RUN = 3_000_000
"""Candles of one run; a run of more would hold up a worker and its memory."""


@dataclass(frozen=True)
class RunSettings:
    """What is run, as the core takes it. `exchange` is the name its candles are stored under, `balance` in quote."""

    exchange: str
    symbol: str
    timeframe: str
    strategy: Strategy
    parameters: Mapping[str, Any]
    rules: Rules
    balance: float

    @property
    def length(self) -> int:
        """Of one candle, in milliseconds."""
        return TIMEFRAMES[self.timeframe]

    @property
    def quote(self) -> str:
        """The currency that money is in."""
        return self.symbol.rpartition("/")[2] or self.symbol


def run_settings(values: Mapping[str, Any], user_id: UUID) -> RunSettings:
    """The settings of validated values. `filters` among them are the market's, as they were when it was created.

    Raises StrategyError where the strategy is not there any more.
    """
    strategy = strategy_of(values["strategy"])
    return RunSettings(
        stored_name(values["exchange"], user_id),
        values["symbol"],
        values["timeframe"],
        strategy,
        with_defaults(strategy, values["strategy_config"]),
        rules_of(values, _costs(values), _filters(values.get("filters"))),
        float(values["initial_balance"]),
    )


def with_changes(values: Mapping[str, Any], changes: Mapping[str, Any]) -> Rules:
    """The rules of validated values with some of them changed."""
    changed = {**values, **changes}
    return rules_of(changed, _costs(changed), _filters(changed.get("filters")))


@dataclass(frozen=True)
class RunChecker:
    """Checks settings against strategies, markets and the candles that are there."""

    session: Session
    settings: Settings
    user_id: UUID

    def checked(self, values: Mapping[str, Any], period: tuple[datetime, datetime] | None) -> dict[str, Any]:
        """The values with parameters completed and the market's filters. Raises UnusableBacktest."""
        values = dict(values)
        errors = self._strategy_errors(values)
        if not errors:
            problems = rules_of(values, _costs(values), Filters()).problems()
            errors += [FieldError(name, message) for name, message in problems.items()]
        if period is not None:
            errors += self._period_errors(values, *period)
        if errors:
            raise UnusableBacktest(errors)
        values["filters"] = self._market_filters(values["exchange"], values["symbol"])
        return values

    def holdings(self, values: Mapping[str, Any]) -> list[Holding]:
        """What is stored of the market at any time frame that the wanted one can be made of."""
        wanted = TIMEFRAMES[values["timeframe"]]
        store = CandleStore(self.session, self.settings)
        return [
            holding
            for holding in store.available(stored_name(values["exchange"], self.user_id), values["symbol"])
            if wanted % TIMEFRAMES[holding.timeframe] == 0
        ]

    def _strategy_errors(self, values: dict[str, Any]) -> list[FieldError]:
        strategy = STRATEGIES.get(values["strategy"])
        if strategy is None:
            known = ", ".join(STRATEGIES)
            return [FieldError("strategy", f"There is no strategy “{values['strategy']}”. Choose one of: {known}.")]
        problems = problems_of(strategy, values["strategy_config"], TIMEFRAMES[values["timeframe"]])
        values["strategy_config"] = (
            values["strategy_config"] if problems else with_defaults(strategy, values["strategy_config"])
        )
        return [FieldError(f"strategy_config.{name}", message) for name, message in problems.items()]

    def _period_errors(self, values: Mapping[str, Any], start: datetime, end: datetime) -> list[FieldError]:
        length = TIMEFRAMES[values["timeframe"]]
        candles = (milliseconds(end) - milliseconds(start)) // length
        if candles < 1:
            return [FieldError("end", f"The period must hold at least one candle of {values['timeframe']}.")]
        if candles > LONGEST_RUN:
            return [
                FieldError(
                    "start",
                    f"{candles:,} candles are more than one run takes ({LONGEST_RUN:,})."
                    " Choose a shorter period or a longer time frame.",
                )
            ]
        if values["exchange"] not in VENUES and values["exchange"] not in (known := self._known_exchanges()):
            return [FieldError("exchange", f"There are candles of these exchanges: {', '.join(known) or 'none'}.")]
        return self._data_errors(values, start, end)

    def _data_errors(self, values: Mapping[str, Any], start: datetime, end: datetime) -> list[FieldError]:
        holdings = self.holdings(values)
        if not holdings:
            return [
                FieldError(
                    "symbol",
                    f"No candles of {values['symbol']} on {values['exchange']} are stored from which"
                    f" {values['timeframe']} could be made. Download them first, or choose another market.",
                )
            ]
        if any(one.first < milliseconds(end) and one.last >= milliseconds(start) for one in holdings):
            return []
        first, last = min(one.first for one in holdings), max(one.last for one in holdings)
        return [
            FieldError(
                "start",
                f"No candles are stored for this period. {values['symbol']} on {values['exchange']} is stored from"
                f" {_day(first)} to {_day(last)}.",
            )
        ]

    def _known_exchanges(self) -> list[str]:
        store = CandleStore(self.session, self.settings)
        known = {holding.exchange for holding in store.available()} | set(VENUES)
        own = {UPLOAD} if store.available(upload_name(self.user_id)) else set()
        return sorted(known) + sorted(own)

    def _market_filters(self, exchange: str, symbol: str) -> dict[str, str] | None:
        """The market's filters, None where no exchange can be asked: then quantities are not rounded."""
        if exchange not in VENUES:
            return None
        try:
            market = market_of(self.settings, exchange, symbol)
        except ApplicationError:
            return None
        if market is None:
            return None
        return {
            "price_tick": str(market.price_tick),
            "quantity_step": str(market.quantity_step),
            "minimum_notional": str(market.minimum_notional),
        }


def stored_name(exchange: str, user_id: UUID) -> str:
    """The name under which the candles of what this user calls `exchange` are stored; another's uploads have none."""
    return upload_name(user_id) if exchange == UPLOAD or is_upload(exchange) else exchange


def _costs(values: Mapping[str, Any]) -> Costs:
    taker = float(values["fee_rate"])
    maker = values["maker_fee_rate"]
    return Costs(taker if maker is None else float(maker), taker, float(values["slippage"]), float(values["spread"]))


def _filters(given: Mapping[str, str] | None) -> Filters:
    if given is None:
        return Filters()
    return Filters(*(float(Decimal(given[name])) for name in ("price_tick", "quantity_step", "minimum_notional")))


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m-%d %H:%M")

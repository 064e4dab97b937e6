"""Whether a bot's configuration can be used: what no single field can tell."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from backend.bots.errors import UnusableConfiguration
from backend.bots.rules_schema import stored_rules
from backend.bots.trading_rules import rules_of
from backend.config import Settings
from backend.exchanges.queries import market_of, own_key
from backend.exchanges.venues import venue_of
from backend.foundation.errors import ApplicationError, FieldError
from backend.trading.candles import TIMEFRAMES
from backend.trading.rules import Costs, Filters
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.declaration import problems_of, with_defaults


@dataclass(frozen=True)
class BotChecker:
    """Checks a whole configuration against strategies, markets and the user's keys."""

    session: Session
    settings: Settings
    user_id: UUID

    def checked(self, values: dict[str, Any]) -> dict[str, Any]:
        """The configuration with its defaults filled in. Raises UnusableConfiguration naming every bad field."""
        values = dict(values)
        errors = self._check_account(values)
        errors += self._check_strategy(values)
        errors += _check_rules(values)
        # The market can only be looked up where exchange and account make sense.
        if not errors:
            errors += self._check_market(values)
        if errors:
            raise UnusableConfiguration(errors)
        return values

    def _check_account(self, values: dict[str, Any]) -> list[FieldError]:
        key_id = values["api_key_id"]
        if values["is_paper_trading"]:
            if key_id is not None:
                return [FieldError("api_key_id", "A paper bot takes no API key. Leave it empty, or turn paper off.")]
            return self._check_timeframe(values)
        if key_id is None:
            return [FieldError("api_key_id", "Choose the exchange account that this bot trades on, or trade on paper.")]
        try:
            key = own_key(self.session, self.user_id, key_id)
        except ApplicationError as error:
            return [FieldError("api_key_id", error.message)]
        if not key.trades_live:
            reason = key.problem or "It is not certain that this key may trade and cannot withdraw."
            return [FieldError("api_key_id", f"{reason} See the page Exchange keys, or choose another.")]
        values["exchange"] = key.exchange
        return self._check_timeframe(values)

    def _check_timeframe(self, values: dict[str, Any]) -> list[FieldError]:
        try:
            venue = venue_of(values["exchange"])
        except ApplicationError as error:
            return list(error.details)
        if values["timeframe"] not in venue.timeframes:
            return [FieldError("timeframe", f"{venue.name} has these time frames: {', '.join(venue.timeframes)}.")]
        return []

    def _check_strategy(self, values: dict[str, Any]) -> list[FieldError]:
        strategy = STRATEGIES.get(values["strategy"])
        if strategy is None:
            known = ", ".join(sorted(STRATEGIES))
            return [FieldError("strategy", f"There is no strategy “{values['strategy']}”. Choose one of: {known}.")]
        problems = problems_of(strategy, values["strategy_config"], TIMEFRAMES[values["timeframe"]])
        if problems:
            return [FieldError(f"strategy_config.{name}", message) for name, message in problems.items()]
        values["strategy_config"] = with_defaults(strategy, values["strategy_config"])
        return []

    def _check_market(self, values: dict[str, Any]) -> list[FieldError]:
        errors = []
        for index, symbol in enumerate(values["symbols"]):
            market = market_of(self.settings, values["exchange"], symbol)
            if market is None:
                name = venue_of(values["exchange"]).name
                errors.append(FieldError(f"symbols.{index}", f"{name} has no market “{symbol}”."))
            elif values["sizing"] == "fixed" and values["base_amount"] < _smallest_amount(market.minimum_notional):
                errors.append(
                    FieldError(
                        "base_amount",
                        f"The smallest order on {symbol} is {market.minimum_notional.normalize():f} {market.quote};"
                        f" use at least {_smallest_amount(market.minimum_notional).normalize():f}.",
                    )
                )
        return errors


def _check_rules(values: dict[str, Any]) -> list[FieldError]:
    """What does not fit together among the rules."""
    problems = rules_of(values, Costs(), Filters()).problems()
    if values["stop_on_exchange"] and values["kind"] == "grid":
        problems["stop_on_exchange"] = "A grid's coins are bound by its own orders; its stop is watched here."
    if values["stop_on_exchange"] and values["is_paper_trading"]:
        problems["stop_on_exchange"] = "A paper bot has no exchange to leave its stop at."
    values |= stored_rules(values)
    return [FieldError(name, message) for name, message in problems.items()]


def _smallest_amount(minimum_notional: Decimal) -> Decimal:
    # A quantity is floored to the market's step, and the price moves before the order arrives.
    return (minimum_notional * Decimal("1.1")).quantize(Decimal("0.00000001"))

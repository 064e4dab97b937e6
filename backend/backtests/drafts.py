"""From a backtest to a bot: the form's content, with what cannot be carried over said."""

from typing import Any

from backend.backtests.models import Backtest
from backend.bots.rules_schema import dumped_rules
from backend.exchanges.venues import VENUES

_SHARED = ("exchange", "strategy", "strategy_config", "timeframe")


def bot_draft(backtest: Backtest) -> dict[str, Any]:
    """What a bot form is filled with to trade on paper what was tested, and sentences about the differences."""
    configuration = backtest.configuration
    draft: dict[str, Any] = {
        "name": backtest.name[:80],
        "description": f"From the backtest “{backtest.name}”."[:500],
        "symbols": [configuration["symbol"]],
        **{name: configuration[name] for name in _SHARED},
        **dumped_rules(configuration),
        "paper_balance": configuration["initial_balance"],
        "is_paper_trading": True,
        "api_key_id": None,
    }
    notices = []
    if configuration["exchange"] not in VENUES:
        draft["exchange"] = next(iter(VENUES))
        notices.append(
            f"The candles came from “{configuration['exchange']}”, where no bot can trade; choose the bot's exchange."
        )
    if draft["kind"] != "signal":
        notices.append("Bots of this kind cannot be started yet; only their backtests run.")
    return {"draft": draft, "notices": notices}

"""Makes what a drill needs, as users would: accounts, keys of the sandbox at every venue, bots of many kinds."""

from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Any

from backend.tests.journeys.running_platform import Answer, RunningPlatform
from scripts.run import SANDBOX_VENUES

PLAY_MONEY = {"USDT": "100000"}
_PASSWORD = "Drill-account-1"  # noqa: S105 - of accounts that live as long as the drill
_SHARED = {"paper_balance": "20000"}
_CROSSOVER = {"kind": "signal", "strategy": "sma_crossover", "stop_loss_percentage": "2", "take_profit_percentage": "3"}
_LADDER = {
    "kind": "dca",
    "strategy": "sma_crossover",
    "take_profit_percentage": "0.2",
    "dca": {"start": "at_once", "safety_orders": 3, "deviation_percentage": "0.1", "step_scale": "1.3"},
}


@dataclass(frozen=True)
class StagedKey:
    """One key: its row's id in the ledger, its name at the sandbox, and what it began with."""

    id: str
    venue: str
    api_key: str
    balances: dict[str, str]


@dataclass
class Trader:
    """One user with keys and running bots."""

    name: str
    keys: dict[str, StagedKey] = field(default_factory=dict)
    bots: list[str] = field(default_factory=list)


class Stage:
    """Makes traders by the API of a running platform."""

    def __init__(self, platform: RunningPlatform) -> None:
        self._platform = platform
        self._prices = {
            row["symbol"]: Decimal(row["price"])
            for row in self._asked("GET", "/_sandbox/markets", base=platform.sandbox_url)["markets"]
        }

    def trader(self, name: str) -> Trader:
        """A user with a key at every venue, and bots of every kind, live and on paper, all running."""
        account = {"email": f"{name}@example.com", "username": name, "password": _PASSWORD}
        self._asked("POST", "/api/v1/auth/register", account)
        token, trader = self.log_in(name), Trader(name)
        for venue in SANDBOX_VENUES:
            trader.keys[venue] = self._key(venue, token)
        for number, configuration in enumerate(self._configurations(trader)):
            values = {**_SHARED, **configuration, "name": f"{name} {number} {configuration['kind']}"}
            bot_id = self._asked("POST", "/api/v1/bots", values, token)["data"]["id"]
            self._asked("POST", f"/api/v1/bots/{bot_id}/start", None, token)
            trader.bots.append(bot_id)
        return trader

    def stop(self, trader: Trader) -> None:
        """Stop all of the trader's bots."""
        token = self.log_in(trader.name)
        for bot_id in trader.bots:
            self._asked("POST", f"/api/v1/bots/{bot_id}/stop", None, token)

    def log_in(self, name: str) -> str:
        """An access token of the user of this name."""
        credentials = {"email": f"{name}@example.com", "password": _PASSWORD}
        token: str = self._asked("POST", "/api/v1/auth/login", credentials)["data"]["access_token"]
        return token

    def _key(self, venue: str, token: str) -> StagedKey:
        wanted = {"venue": venue, "balances": PLAY_MONEY}
        made = self._asked("POST", "/_sandbox/keys", wanted, base=self._platform.sandbox_url)
        values = {
            "exchange": venue,
            "label": f"Sandbox {venue}",
            "api_key": made["api_key"],
            "api_secret": made["api_secret"],
        }
        added = self._asked("POST", "/api/v1/api-keys", values, token)
        return StagedKey(added["data"]["id"], venue, made["api_key"], PLAY_MONEY)

    def _configurations(self, trader: Trader) -> list[dict[str, Any]]:
        return [
            self._live(trader, "binance", "BTC/USDT", "1s", "50", {**_CROSSOVER, "strategy_config": _averages(2, 4)}),
            self._live(trader, "binance", "ETH/USDT", "1s", "60", _LADDER),
            self._live(trader, "binance", "SOL/USDT", "1m", "40", self._grid("SOL/USDT")),
            self._live(trader, "kraken", "BTC/USDT", "1m", "60", _LADDER),
            self._live(trader, "kraken", "ETH/USDT", "1m", "40", self._grid("ETH/USDT")),
            self._live(trader, "kraken", "SOL/USDT", "1m", "50", {**_CROSSOVER, "strategy_config": _averages(2, 3)}),
            self._live(trader, "coinbase", "ETH/USDT", "1m", "60", _LADDER),
            self._live(trader, "coinbase", "BTC/USDT", "1m", "40", self._grid("BTC/USDT")),
            self._live(trader, "coinbase", "SOL/USDT", "1m", "50", {**_CROSSOVER, "strategy_config": _averages(2, 3)}),
            _on_paper("binance", "BTC/USDT", "1s", "50", {**_CROSSOVER, "strategy_config": _averages(3, 6)}),
            _on_paper("binance", "ETH/USDT", "1s", "60", _LADDER),
            _on_paper("kraken", "ETH/USDT", "1m", "40", self._grid("ETH/USDT")),
        ]

    def _live(
        self, trader: Trader, venue: str, symbol: str, timeframe: str, amount: str, rules: dict[str, Any]
    ) -> dict[str, Any]:
        account = {"is_paper_trading": False, "api_key_id": trader.keys[venue].id}
        return {**_on_paper(venue, symbol, timeframe, amount, rules), **account}

    def _grid(self, symbol: str) -> dict[str, Any]:
        price = self._prices[symbol]
        step = Decimal("0.01")
        return {
            "kind": "grid",
            "strategy": "sma_crossover",
            "grid": {
                "lower_price": str((price * Decimal("0.97")).quantize(step, ROUND_DOWN)),
                "upper_price": str((price * Decimal("1.03")).quantize(step, ROUND_DOWN)),
                "intervals": 8,
                "spacing": "arithmetic",
            },
        }

    def _asked(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        token: str | None = None,
        base: str | None = None,
    ) -> Any:
        answer: Answer = self._platform.call(method, path, body, token, base)
        if answer.status >= 400:
            raise StageRefused(f"{method} {path} was answered with {answer.status}: {answer.body}")
        return answer.body


class StageRefused(Exception):
    """The platform or the sandbox did not make what was asked for; the message says what it answered."""


def _averages(short: int, long: int) -> dict[str, int]:
    return {"short_period": short, "long_period": long}


def _on_paper(venue: str, symbol: str, timeframe: str, amount: str, rules: dict[str, Any]) -> dict[str, Any]:
    market = {"exchange": venue, "symbols": [symbol], "timeframe": timeframe}
    return {**market, "base_amount": amount, "is_paper_trading": True, **rules}

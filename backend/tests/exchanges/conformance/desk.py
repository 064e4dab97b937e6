"""What the conformance tests work with: the sandbox's own controls, and a trader at one of its venues."""

import json
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import redis

from backend.config import Settings
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.gateway import Gateway
from backend.exchanges.markets import HeldTables
from backend.exchanges.nouns import Credentials, ExchangeOrder, OrderRequest

PRICE = Decimal(50_000)
SYMBOL = "BTC/USDT"
DOLLARS = "BTC/USD"
"""At Kraken a market whose id, XXBTZUSD, is not the name that orders tell, XBTUSD."""
VENUES = ("binance", "kraken", "coinbase")
every_market = pytest.mark.parametrize(
    "market", [*((venue, SYMBOL) for venue in VENUES), ("kraken", DOLLARS)], indirect=True, ids="-".join
)

ORDER_PATHS = {
    "binance": "/binance/api/v3/order",
    "kraken": "/kraken/0/private/AddOrder",
    "coinbase": "/coinbase/api/v3/brokerage/orders",
}
BALANCE_PATHS = {
    "binance": "/binance/api/v3/account",
    "kraken": "/kraken/0/private/BalanceEx",
    "coinbase": "/coinbase/api/v3/brokerage/accounts",
}


@dataclass(frozen=True)
class Sandbox:
    """The sandbox's controls."""

    url: str

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One question to its control address."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/_sandbox{path}", data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def key(self, venue: str, **wish: Any) -> Credentials:
        """A new account at a venue; 100,000 USDT and 1 BTC unless wished otherwise."""
        made = self.ask("POST", "/keys", {"venue": venue, "balances": {"USDT": "100000", "BTC": "1"}, **wish})
        return Credentials(made["api_key"], made["api_secret"])

    def fault(self, **fault: Any) -> None:
        """Let something go wrong; paths are given with the venue's name in front, as in EXCHANGE_URLS."""
        venue = fault.get("venue", "")
        if "path" in fault:
            fault["path"] = fault["path"].removeprefix(f"/{venue}")
        self.ask("POST", "/faults", fault)

    def accepted(self, credentials: Credentials) -> list[dict[str, Any]]:
        """The orders that were accepted of an account, as the journal has them."""
        entries: list[dict[str, Any]] = self.ask("GET", "/journal")["entries"]
        return [
            entry
            for entry in entries
            if entry.get("api_key") == credentials.api_key and entry["type"] == "order_accepted"
        ]

    def reset(self) -> None:
        """No faults, every market open, and the price that the tests reckon with."""
        self.ask("DELETE", "/faults")
        for symbol in (SYMBOL, DOLLARS):
            self.ask("POST", "/markets/relist", {"symbol": symbol})
            self.ask("POST", "/markets/price", {"symbol": symbol, "price": str(PRICE)})
            self.ask("POST", "/markets/conditions", {"symbol": symbol})


@dataclass(frozen=True)
class Trader:
    """One account at one venue, through a gateway of its own."""

    venue: str
    sandbox: Sandbox
    credentials: Credentials
    gateway: Gateway
    access: ExchangeAccess
    symbol: str = SYMBOL

    def request(self, **wish: Any) -> OrderRequest:
        """A limit buy of 0.01 BTC at 40,000, where it rests."""
        given: dict[str, Any] = {
            "client_order_id": str(uuid4()),
            "symbol": self.symbol,
            "side": "buy",
            "type": "limit",
            "quantity": Decimal("0.01"),
            "reference_price": PRICE,
            **wish,
        }
        if given["type"] == "limit":
            given.setdefault("price", Decimal(40_000))
        return OrderRequest(**given)

    def market_order(self, **wish: Any) -> OrderRequest:
        """A market order that fills at once."""
        return self.request(type="market", **wish)

    @property
    def quote(self) -> str:
        """The currency that the market's prices are in."""
        return self.symbol.split("/")[1]

    def find(self, request: OrderRequest, exchange_order_id: str | None = None) -> ExchangeOrder | None:
        """The order by our id, as after a restart that forgot its answer."""
        since = datetime.now(UTC) - timedelta(minutes=5)
        return self.gateway.find_order(request.symbol, request.client_order_id, exchange_order_id, since)

    def accepted(self) -> list[dict[str, Any]]:
        """The orders that the exchange has accepted of this account."""
        return self.sandbox.accepted(self.credentials)

    def order_fault(self, **fault: Any) -> None:
        """Spoil the next order's request."""
        self.sandbox.fault(venue=self.venue, method="POST", path=ORDER_PATHS[self.venue], **fault)


def access_of_another_process(settings: Settings) -> ExchangeAccess:
    """Its own connections and its own table of markets; only Redis and the exchange are shared."""
    assert settings.redis_url
    return ExchangeAccess(settings, redis.Redis.from_url(settings.redis_url), HeldTables())

"""Exchanges that EXTRA_EXCHANGES adds: checked with clear words, read for their prices, never traded on."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import redis
from flask.testing import FlaskClient

from backend.config import ExtraExchange, Settings, SettingsError
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import OrderRefused
from backend.exchanges.extra_exchanges import register
from backend.exchanges.markets import HeldTables
from backend.exchanges.nouns import Credentials, OrderRequest
from backend.exchanges.venues import VENUES, venue_of
from backend.tests.exchanges.recording_server import RecordingServer
from backend.tests.factories import Factory

PAIR = {
    "id": "btcusdt",
    "instType": "SPOT",
    "instId": "BTC-USDT",
    "baseCcy": "BTC",
    "quoteCcy": "USDT",
    "state": "live",
    "tickSz": "0.1",
    "lotSz": "0.0001",
    "minSz": "0.001",
    "ctVal": "",
    "ctMult": "",
    "ctValCcy": "",
    "settleCcy": "",
    "listTime": "1600000000000",
    "expTime": "",
    "uly": "",
    "lever": "",
    "alias": "",
    "category": "1",
    "optType": "",
    "stk": "",
    "ctType": "",
    "maxLmtSz": "",
    "maxMktSz": "",
}


@pytest.fixture
def extended(settings: Settings) -> Iterator[Settings]:
    wanted = {"okx": ExtraExchange(name="OKX", timeframes=("1m", "1h"), options={"fetchMarkets": {"types": ["spot"]}})}
    changed = settings.model_copy(update={"extra_exchanges": wanted})
    register(changed)
    yield changed
    VENUES.pop("okx", None)


@pytest.mark.parametrize(
    ("exchange", "entry", "words"),
    [
        ("binance", {"name": "Binance"}, "EXTRA_EXCHANGES.binance: is built in"),
        ("mtgox", {"name": "Mt. Gox"}, "EXTRA_EXCHANGES.mtgox: ccxt 4.5.90 knows no exchange"),
        ("okx", {"name": "OKX", "timeframes": ("7m",)}, "EXTRA_EXCHANGES.okx: has no time frame 7m"),
    ],
)
def test_a_wrong_entry_is_told(settings: Settings, exchange: str, entry: dict[str, Any], words: str) -> None:
    changed = settings.model_copy(update={"extra_exchanges": {exchange: ExtraExchange(**entry)}})
    before = dict(VENUES)
    with pytest.raises(SettingsError) as error:
        register(changed)
    assert words in str(error.value)
    assert before == VENUES


def test_its_prices_are_read_and_nothing_is_sent(
    extended: Settings, redis_client: redis.Redis, server: RecordingServer
) -> None:
    addresses = {**extended.exchange_urls, "okx": server.url}
    changed = extended.model_copy(update={"exchange_urls": addresses})
    server.on("GET /api/v5/public/instruments", {"code": "0", "msg": "", "data": [PAIR]})
    row = ["1772452800000", "50000", "50010", "49990", "50005", "3", "3", "150000", "1"]
    server.on("GET /api/v5/market/candles", {"code": "0", "msg": "", "data": [row]})
    access = ExchangeAccess(changed, redis_client, HeldTables())
    gateway = access.public("okx")
    market = gateway.market("BTC/USDT")
    assert market is not None
    assert (market.price_tick, market.minimum_quantity) == (Decimal("0.1"), Decimal("0.001"))
    assert gateway.candles("BTC/USDT", "1m", None, 1)["close"].tolist() == [50005.0]
    asked = len(server.asked)
    account = access.account("okx", uuid4(), Credentials("key", "secret", "word"))
    with pytest.raises(OrderRefused, match="only tells its prices"):
        account.place_order(OrderRequest("id", "BTC/USDT", "sell", "market", Decimal(1)))
    with pytest.raises(OrderRefused, match="only tells its prices"):
        account.key_rights()
    assert len(server.asked) == asked


def test_it_is_listed_and_takes_no_keys(extended: Settings, client: FlaskClient, make: Factory) -> None:
    headers = make.headers(make.user())
    listed = client.get("/api/v1/exchanges", headers=headers).get_json()["data"]
    told = {one["id"]: (one["name"], one["trades"], one["key_fields"]) for one in listed}
    assert told["okx"] == ("OKX", False, [])
    assert told["binance"][1] is True
    body = {"exchange": "okx", "label": "Mine", "api_key": "a" * 20, "api_secret": "b" * 20}
    answer = client.post("/api/v1/api-keys", json=body, headers=headers)
    assert (answer.status_code, answer.get_json()["details"][0]["field"]) == (422, "exchange")
    assert "takes no keys" in answer.get_json()["error"]
    assert venue_of("okx").absent_after_seconds == 0

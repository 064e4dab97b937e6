"""Faults and storms at every venue: what is carried out, what is answered, and in whose words."""

import asyncio

import aiohttp
import pytest

from backend.tests.sandbox.conftest import MOMENT, running, settings_for

VENUES = ("binance", "kraken", "coinbase")
PRICES = {
    "binance": "binance/api/v3/exchangeInfo",
    "kraken": "kraken/0/public/AssetPairs",
    "coinbase": "coinbase/api/v3/brokerage/market/products",
}
LIMITED = {"binance": -1003, "kraken": ["EAPI:Rate limit exceeded"], "coinbase": "rate_limit_exceeded"}
BROKEN = {"binance": -1001, "kraken": ["EService:Unavailable"], "coinbase": None}


@pytest.fixture(params=VENUES)
def venue(request):
    return request.param


@pytest.fixture
def key(sandbox, venue):
    return sandbox.create_key(venue=venue, balances={"USDT": "10000", "BTC": "1"})


def buy(sandbox, key, client_id, size="0.01"):
    """A market order, in the venue's own words."""
    if key["venue"] == "kraken":
        order = {"pair": "XBTUSDT", "type": "buy", "ordertype": "market", "volume": size, "cl_ord_id": client_id}
        return sandbox.kraken_call("AddOrder", key, **order)
    if key["venue"] == "coinbase":
        body = {
            "client_order_id": client_id,
            "product_id": "BTC-USDT",
            "side": "BUY",
            "order_configuration": {"market_market_ioc": {"base_size": size}},
        }
        return sandbox.coinbase_signed("POST", "/api/v3/brokerage/orders", key, body)
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": size, "newClientOrderId": client_id}
    return sandbox.signed("POST", "/api/v3/order", key, **order)


def look(sandbox, key):
    """What the key may do: a private call that changes nothing."""
    if key["venue"] == "kraken":
        return sandbox.kraken_call("GetApiKeyInfo", key)
    if key["venue"] == "coinbase":
        return sandbox.coinbase_signed("GET", "/api/v3/brokerage/key_permissions", key)
    return sandbox.signed("GET", "/sapi/v1/account/apiRestrictions", key)


def error_of(answer):
    content = answer.content
    if isinstance(content, str):
        return content
    return content.get("code", content.get("error"))


def fault(sandbox, kind, **more):
    answer = sandbox.ask("POST", "/_sandbox/faults", json={"kind": kind, **more})
    assert answer.status == 201, answer.content
    return answer.content


def accepted(sandbox):
    entries = sandbox.ask("GET", "/_sandbox/journal?type=order_accepted").content["entries"]
    return [(entry["venue"], entry["client_order_id"]) for entry in entries]


@pytest.mark.parametrize("kind", ["drop_answer", "drop_request"])
def test_a_connection_is_cut_after_or_before_the_order(sandbox, venue, key, kind):
    fault(sandbox, kind, venue=venue, method="POST")
    with pytest.raises(aiohttp.ClientError):
        buy(sandbox, key, "lost")
    assert accepted(sandbox) == ([(venue, "lost")] if kind == "drop_answer" else [])
    assert sandbox.ask("GET", "/_sandbox/faults").content["faults"] == []
    assert buy(sandbox, key, "next").status == 200


def test_an_answer_is_cut_off_in_its_body_after_the_order(sandbox, venue, key):
    fault(sandbox, "cut_body", venue=venue, method="POST")

    async def read():
        # The head of a good answer and the beginning of its body arrive.
        async with aiohttp.ClientSession() as session, session.get(f"{sandbox.url}/{PRICES[venue]}") as response:
            assert (response.status, response.content_type) == (200, "application/json")
            assert (await response.content.readexactly(1)) == b"{"
            with pytest.raises(aiohttp.ClientPayloadError):
                await response.read()

    with pytest.raises(aiohttp.ClientPayloadError):
        buy(sandbox, key, "lost")
    assert accepted(sandbox) == [(venue, "lost")]
    fault(sandbox, "cut_body", venue=venue, method="GET")
    asyncio.run(read())
    assert buy(sandbox, key, "next").status == 200


@pytest.mark.parametrize("accept", [False, True])
@pytest.mark.parametrize("status", [429, 418, 503, 500])
def test_refusals_in_the_venues_own_words(sandbox, venue, key, status, accept):
    fault(sandbox, "status", venue=venue, status=status, retry_after=3, accept=accept)
    answer = buy(sandbox, key, "x")
    assert (answer.status, answer.headers["Retry-After"]) == (status, "3")
    expected = LIMITED if status < 500 else BROKEN
    if expected[venue] is None:
        assert isinstance(answer.content, str)
    else:
        assert error_of(answer) == expected[venue]
    assert accepted(sandbox) == ([(venue, "x")] if accept else [])


def test_a_doubled_order_is_carried_out_once_and_answered_as_a_duplicate(sandbox, venue, key):
    fault(sandbox, "duplicate_answer", venue=venue)
    look(sandbox, key)
    answer = buy(sandbox, key, "twice")
    if venue == "binance":
        assert answer.content == {"code": -2010, "msg": "Duplicate order sent."}
    elif venue == "kraken":
        assert answer.content == {"error": ["EOrder:Duplicate cl_ord_id"]}
    else:
        assert answer.content["success"] is True
    assert accepted(sandbox) == [(venue, "twice")]


def test_a_doubled_order_that_is_refused_is_refused_both_times(sandbox, venue, key):
    fault(sandbox, "duplicate_answer", venue=venue)
    answer = buy(sandbox, key, "much", size="9")
    assert "uplicate" not in str(answer.content)
    assert accepted(sandbox) == []


def test_maintenance_lasts_until_it_is_cleared_and_keeps_to_its_venue(sandbox, venue, key):
    lasting = fault(sandbox, "maintenance", venue=venue)
    assert lasting["remaining"] is None
    for _ in range(2):
        answer = look(sandbox, key)
        assert error_of(answer) in (-1016, ["EService:Unavailable"], "Service Unavailable: scheduled maintenance")
    for other in set(VENUES) - {venue}:
        assert error_of(look(sandbox, sandbox.create_key(venue=other))) in (None, [])
    assert sandbox.ask("DELETE", "/_sandbox/faults").content == {"cleared": 1}
    fault(sandbox, "maintenance", venue=venue, count=1)
    look(sandbox, key)
    assert look(sandbox, key).status == 200


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_venues_clock_can_be_wrong(sandbox, venue, key, clock, seconds):
    assert fault(sandbox, "clock_skew", venue=venue, seconds=seconds)["remaining"] is None
    path = {"binance": "/api/v3/time", "kraken": "/0/public/Time", "coinbase": "/api/v3/brokerage/time"}[venue]
    told = sandbox.ask("GET", f"/{venue}{path}").content
    moment = told.get("serverTime") or int(told.get("epochMillis", 0)) or told["result"]["unixtime"] * 1000
    assert moment // 1000 == clock.moment // 1000 + seconds
    answer = look(sandbox, key)
    # Kraken judges no time of its own; its nonce is all that counts.
    assert error_of(answer) == {"binance": -1021, "kraken": [], "coinbase": "Unauthorized"}[venue]
    clock.moment += seconds * 1000
    right = look(sandbox, key)
    clock.moment -= seconds * 1000
    assert error_of(right) == {"binance": -1021, "kraken": [], "coinbase": "Unauthorized"}[venue]
    sandbox.ask("DELETE", "/_sandbox/faults")
    assert look(sandbox, key).status == 200


def test_partial_fills_of_one_venue(sandbox, venue, key, clock):
    fault(sandbox, "partial_fill", venue=venue, fraction="0.25", seconds=2)
    for name in ("first", "second"):
        assert buy(sandbox, key, name, size="0.04").status == 200
    filled = sandbox.ask("GET", "/_sandbox/journal?type=order_filled").content["entries"]
    assert [(one["client_order_id"], float(one["quantity"])) for one in filled] == [("first", 0.01), ("second", 0.04)]
    clock.moment += 2000
    filled = sandbox.ask("GET", "/_sandbox/journal?type=order_filled").content["entries"]
    assert (filled[-1]["client_order_id"], float(filled[-1]["quantity"]), filled[-1]["at"]) == (
        "first", 0.03, filled[0]["rest_at"],
    )  # fmt: skip
    assert len({one["trade_id"] for one in filled}) == 3


def test_rights_and_revoking(sandbox, venue, key):
    assert look(sandbox, key).status == 200
    looking = sandbox.create_key(venue=venue, can_trade=False)
    refused = buy(sandbox, looking, "x")
    assert (
        error_of(refused)
        == {
            "binance": -2015,
            "kraken": ["EGeneral:Permission denied"],
            "coinbase": "PERMISSION_DENIED",
        }[venue]
    )
    assert sandbox.ask("POST", "/_sandbox/keys/revoke", json={"api_key": key["api_key"]}).content["revoked"] is True
    for _ in range(2):
        assert (
            error_of(look(sandbox, key))
            == {
                "binance": -2015,
                "kraken": ["EAPI:Invalid key"],
                "coinbase": "Unauthorized",
            }[venue]
        )
    listed = {row["api_key"]: row for row in sandbox.ask("GET", "/_sandbox/keys").content["keys"]}
    assert listed[key["api_key"]]["revoked"] is True
    assert (listed[looking["api_key"]]["venue"], listed[looking["api_key"]]["can_trade"]) == (venue, False)


def test_an_unknown_key_cannot_be_revoked(sandbox):
    assert sandbox.ask("POST", "/_sandbox/keys/revoke", json={"api_key": "nobody"}).status == 404


def answers_in_storm(sandbox, key, count):
    seen: list[object] = []
    for number in range(count):
        try:
            answer = buy(sandbox, key, f"n{number}", size="0.001")
            seen.append((answer.status, str(error_of(answer))))
        except aiohttp.ClientError:
            seen.append("cut")
    return seen


def test_a_storm_is_the_same_for_the_same_seed_and_ends(sandbox, venue, key):
    storm = {"seed": 7, "rate": 0.5, "seconds_max": 0.01, "venues": [venue]}
    kinds = ["delay", "drop_answer", "drop_request", "status", "duplicate_answer"]
    outcomes = []
    for turn in range(2):
        begun = sandbox.ask("POST", "/_sandbox/storm", json={**storm, "kinds": kinds})
        assert (begun.status, begun.content["spoilt"]) == (201, 0)
        fresh = sandbox.create_key(venue=venue, balances={"USDT": "10000"})
        outcomes.append(answers_in_storm(sandbox, fresh, 30))
        told = sandbox.ask("GET", "/_sandbox/storm").content["storm"]
        assert told["seen"] == 30
        assert 5 <= told["spoilt"] <= 25
        assert sandbox.ask("DELETE", "/_sandbox/storm").content == {"ended": 1}
        assert turn == 0 or outcomes[0] == outcomes[1]
    assert "cut" in outcomes[0]
    assert sandbox.ask("GET", "/_sandbox/storm").content["storm"] is None
    calm = sandbox.create_key(venue=venue, balances={"USDT": "10000"})
    assert set(answers_in_storm(sandbox, calm, 3)) <= {(200, "None"), (200, "[]")}


def test_a_storm_of_every_kind_spoils_no_public_request_and_loses_no_money(sandbox, venue, key, clock):
    sandbox.ask("POST", "/_sandbox/storm", json={"seed": 3, "rate": 1, "seconds_max": 0.01})
    assert sandbox.ask("GET", f"/{venue}/nowhere").status == 404
    answers_in_storm(sandbox, key, 20)
    sandbox.ask("DELETE", "/_sandbox/storm")
    clock.moment += 10_000
    account = sandbox.exchange.accounts[key["api_key"]]
    sandbox.ask("GET", "/_sandbox/keys")
    fills = sandbox.ask("GET", "/_sandbox/journal?type=order_filled").content["entries"]
    assert len(fills) > len(account.orders) > 0
    assert all(order.status == "FILLED" for order in account.orders.values())
    assert account.balances["USDT"].locked == 0


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("faults", {"kind": "delay", "seconds": -1}, "seconds"),
        ("faults", {"kind": "partial_fill", "fraction": "1"}, "fraction"),
        ("faults", {"kind": "delay", "venue": "mtgox"}, "venue"),
        ("storm", {"seed": 1, "rate": 0}, "rate"),
        ("storm", {"rate": 0.5}, "seed"),
        ("storm", {"seed": 1, "rate": 0.5, "kinds": ["clock_skew"]}, "kinds"),
        ("keys", {"venue": "mtgox"}, "venue"),
    ],
)
def test_senseless_wishes(sandbox, path, body, words):
    answer = sandbox.ask("POST", f"/_sandbox/{path}", json=body)
    assert answer.status == 422
    assert words in answer.content["error"]


def test_websockets_of_one_venue_are_cut_at_once(sandbox):
    paths = {"binance": "/binance/ws", "kraken": "/kraken/v2", "coinbase": "/coinbase"}

    async def run():
        async with aiohttp.ClientSession() as session, asyncio.timeout(60):
            base = sandbox.url.replace("http", "ws")
            sockets = {name: await session.ws_connect(base + path) for name, path in paths.items()}
            await sockets["kraken"].receive_json()
            for name, body in (("kraken", {"venue": "kraken"}), (None, {})):
                await session.post(sandbox.url + "/_sandbox/faults", json={"kind": "websocket_cut", **body})
                cut = [name] if name else ["binance", "coinbase"]
                for each in cut:
                    message = await sockets[each].receive()
                    assert message.type in {
                        aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.ERROR,
                    }  # fmt: skip

    asyncio.run(run())


def test_an_old_journal_without_venues_is_binances(tmp_path, clock):
    lines = [
        f'[{{"at":{MOMENT},"api_key":"k","type":"key_created","label":"","balances":{{"USDT":"20"}},"can_withdraw":false}}]',
        f'[{{"at":{MOMENT},"api_key":"k","type":"order_accepted","order_id":1,"client_order_id":"c","symbol":"BTC/USDT",'
        '"base":"BTC","quote":"USDT","side":"buy","kind":"LIMIT","time_in_force":"GTC","price":"10","quantity":"2",'
        '"quote_quantity":"0","locked_asset":"USDT","locked":"20"},'
        f'{{"at":{MOMENT},"api_key":"k","type":"order_filled","order_id":1,"fill_id":1,"client_order_id":"c",'
        '"symbol":"BTC/USDT","side":"buy","price":"10","quantity":"1","quote_amount":"10","commission":"0.001",'
        '"commission_asset":"BTC","maker":true}]',
    ]
    state = tmp_path / "state"
    state.mkdir()
    (state / "journal.jsonl").write_text("\n".join(lines) + "\n")
    with running(settings_for(state), clock) as old:
        [row] = old.ask("GET", "/_sandbox/keys").content["keys"]
        assert (row["venue"], row["balances"]["USDT"]) == ("binance", {"free": "0", "locked": "10"})
        entries = old.ask("GET", "/_sandbox/journal?venue=binance").content["entries"]
        assert [entry.get("exchange_order_id") for entry in entries] == [None, "1", "1"]
        assert entries[2]["trade_id"] == "1"


@pytest.mark.parametrize(("more", "opens"), [({}, True), ({"path": "/ws"}, False)])
def test_websockets_open_unharmed_unless_a_fault_names_them(sandbox, more, opens):
    fault(sandbox, "status", count=1000, **more)
    assert can_connect(sandbox, "/binance/ws") is opens


@pytest.mark.parametrize("path", ["/binance/ws", "/kraken/v2", "/coinbase"])
def test_under_maintenance_no_websocket_opens(sandbox, path):
    fault(sandbox, "maintenance")
    assert can_connect(sandbox, path) is False


def can_connect(sandbox, path):
    async def run():
        async with aiohttp.ClientSession() as session, asyncio.timeout(60):
            try:
                async with session.ws_connect(sandbox.url.replace("http", "ws") + path):
                    return True
            except aiohttp.WSServerHandshakeError:
                return False

    return asyncio.run(run())

"""The accounts' laws: nothing is lost or invented, nothing falls below zero, and a replay gives the same state."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.sandbox.accounts import Accounts, BalanceBroken
from backend.sandbox.clock import SetClock
from backend.sandbox.errors import StartupError
from backend.sandbox.events import KeyCreated, OrderAccepted, OrderFilled
from backend.sandbox.executions import PartialPlan
from backend.sandbox.journal import Journal, Secrets
from backend.sandbox.markets import build_markets
from backend.sandbox.matching import Exchange
from backend.sandbox.orders import OrderRefused, OrderRequest
from backend.sandbox.prices.timeframes import HOUR, MINUTE
from backend.sandbox.state import StateDirectory
from backend.tests.sandbox.conftest import MOMENT, settings_for

START = {"USDT": Decimal(20_000), "BTC": Decimal("0.5"), "ETH": Decimal(3)}


@pytest.fixture(scope="module")
def markets(tmp_path_factory):
    directory = tmp_path_factory.mktemp("markets")
    state = StateDirectory(directory)
    yield build_markets(settings_for(directory), state, MOMENT)
    state.close()


actions = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 3 * HOUR)),
    st.tuples(st.just("cancel"), st.integers(0, 20)),
    st.tuples(
        st.just("order"),
        st.sampled_from(["BTC/USDT", "ETH/USDT", "ETH/BTC"]),
        st.sampled_from(["buy", "sell"]),
        st.sampled_from(
            [
                "MARKET",
                "LIMIT",
                "LIMIT_MAKER",
                "STOP_LOSS",
                "STOP_LOSS_LIMIT",
                "TAKE_PROFIT",
                "TAKE_PROFIT_LIMIT",
            ]
        ),
        st.sampled_from(["GTC", "IOC", "FOK"]),
        st.integers(-300, 300),
        st.integers(1, 200_000),
    ),
)


def request_of(market, now, action, number):
    _, _, side, kind, time_in_force, distance, steps = action
    tick = market.path.tick(now).price
    price = market.price(tick + distance)
    is_stop = kind.startswith(("STOP", "TAKE"))
    return OrderRequest(
        side=side,
        kind=kind,
        time_in_force="GTC" if kind != "LIMIT" else time_in_force,
        quantity=steps * market.quantity_step,
        quote_quantity=None,
        price=price if "LIMIT" in kind else None,
        client_order_id=f"n{number}",
        trigger_price=market.price(tick - distance // 2) if is_stop else None,
    )


def totals(account):
    return {asset: balance.free + balance.locked for asset, balance in account.balances.items()}


def expected_totals(account):
    expected = dict(START)
    for order in account.orders.values():
        for fill in order.fills:
            base, quote = fill.symbol.split("/")
            sign = 1 if fill.side == "buy" else -1
            expected[base] = expected.get(base, 0) + sign * fill.quantity
            expected[quote] = expected.get(quote, 0) - sign * fill.quote_amount
            expected[fill.commission_asset] -= fill.commission
            assert fill.commission_asset == (base if sign > 0 and fill.venue == "binance" else quote)
    return expected


def perform(exchange, clock, api_key, action, number):
    if action[0] == "wait":
        clock.moment += action[1]
        exchange.settle()
    elif action[0] == "cancel":
        exchange.settle()
        open_ones = list(exchange.accounts[api_key].open_orders.values())
        exchange.cancel(api_key, open_ones[action[1] : action[1] + 1])
    else:
        market = exchange.markets[action[1]]
        try:
            exchange.place(api_key, market, request_of(market, clock.moment, action, number))
        except OrderRefused:
            return


@given(
    st.lists(actions, min_size=1, max_size=25),
    st.sampled_from(["binance", "kraken", "coinbase"]),
    st.sampled_from(["1", "0.5", "0.0001"]),
)
@settings(deadline=None, max_examples=100)
def test_value_is_conserved_and_never_negative(tmp_path_factory, markets, steps, venue, fraction):
    directory = tmp_path_factory.mktemp("journal")
    clock = SetClock(MOMENT)
    journal = Journal(directory / "journal.jsonl")
    exchange = Exchange(markets, journal, Secrets(directory / "secrets.jsonl"), clock)
    exchange.plan_fills = lambda _venue: PartialPlan(Decimal(fraction), 60_000)
    api_key = exchange.create_key("", START, venue=venue).api_key
    for number, action in enumerate(steps):
        perform(exchange, clock, api_key, action, number)
        account = exchange.accounts[api_key]
        assert all(balance.free >= 0 and balance.locked >= 0 for balance in account.balances.values())
        locked: dict[str, Decimal] = {}
        for order in account.open_orders.values():
            locked[order.accepted.locked_asset] = locked.get(order.accepted.locked_asset, 0) + order.still_locked
        assert {asset: balance.locked for asset, balance in account.balances.items() if balance.locked} == locked
        known = expected_totals(account)
        assert {asset: total for asset, total in totals(account).items() if total} == {
            asset: total for asset, total in known.items() if total
        }
    journal.close()
    replayed = Journal(directory / "journal.jsonl")
    assert Accounts(replayed.events).by_key == exchange.accounts
    replayed.close()


def accepted(**changes):
    values = {
        "at": 1, "api_key": "k", "venue": "binance", "order_id": 1, "exchange_order_id": "1",
        "client_order_id": "c", "symbol": "BTC/USDT",
        "base": "BTC", "quote": "USDT", "side": "buy", "kind": "LIMIT", "time_in_force": "GTC", "price": Decimal(10),
        "quantity": Decimal(2), "quote_quantity": Decimal(0), "locked_asset": "USDT", "locked": Decimal(20),
    }  # fmt: skip
    return OrderAccepted(**{**values, **changes})


def filled(**changes):
    values = {
        "at": 2, "api_key": "k", "order_id": 1, "exchange_order_id": "1", "fill_id": 1, "trade_id": "1",
        "client_order_id": "c", "symbol": "BTC/USDT",
        "side": "buy", "price": Decimal(10), "quantity": Decimal(1), "quote_amount": Decimal(10),
        "commission": Decimal("0.001"), "commission_asset": "BTC", "maker": True,
    }  # fmt: skip
    return OrderFilled(**{**values, **changes})


CREATED = KeyCreated(at=0, api_key="k", label="", balances={"USDT": Decimal(20)}, can_withdraw=False)


def test_an_event_that_takes_more_than_there_is_is_refused():
    with pytest.raises(BalanceBroken):
        Accounts([CREATED, accepted(locked=Decimal("20.00000001"))])
    with pytest.raises(BalanceBroken):
        Accounts([CREATED, accepted(locked=Decimal(9)), filled()])


def test_a_partial_fill_keeps_the_order_open_until_the_rest_is_filled():
    accounts = Accounts([CREATED, accepted(), filled()])
    order = accounts.by_key["k"].orders[1]
    assert (order.status, order.executed, order.still_locked) == ("PARTIALLY_FILLED", Decimal(1), Decimal(10))
    accounts.apply(filled(fill_id=2))
    assert (order.status, order.executed, order.still_locked) == ("FILLED", Decimal(2), Decimal(0))
    assert accounts.by_key["k"].balances["BTC"].free == Decimal("1.998")


def written(directory, lines):
    path = directory / "journal.jsonl"
    path.write_bytes(lines)
    return path


def test_half_a_line_at_the_end_never_happened(tmp_path):
    first = Journal(tmp_path / "journal.jsonl")
    first.append([CREATED])
    first.append([accepted(), filled()])
    first.close()
    whole = (tmp_path / "journal.jsonl").read_bytes()
    for length in range(whole.index(b"\n") + 1, len(whole)):
        cut = Journal(written(tmp_path, whole[:length]))
        assert cut.events == [CREATED]
        cut.append([accepted()])
        cut.close()
        again = Journal(tmp_path / "journal.jsonl")
        assert [event.type for event in again.events] == ["key_created", "order_accepted"]
        again.close()


def test_a_damaged_line_in_the_middle_stops_the_start(tmp_path):
    with pytest.raises(StartupError, match="line 1"):
        Journal(written(tmp_path, b'{"no": "event"}\n[]\n'))


def test_a_resting_order_fills_at_the_same_moment_after_a_restart(tmp_path, markets):
    fills = []
    for restarts in (False, True):
        directory = tmp_path / str(restarts)
        directory.mkdir()
        clock = SetClock(MOMENT)
        journal, secrets = Journal(directory / "j"), Secrets(directory / "s")
        exchange = Exchange(markets, journal, secrets, clock)
        api_key = exchange.create_key("", START).api_key
        market = markets["BTC/USDT"]
        limit = market.last(MOMENT) - 40
        request = OrderRequest("buy", "LIMIT", "GTC", Decimal("0.01"), None, limit, "one")
        exchange.place(api_key, market, request)
        if restarts:
            journal.close()
            secrets.close()
            journal, secrets = Journal(directory / "j"), Secrets(directory / "s")
            exchange = Exchange(markets, journal, secrets, clock)
        for _ in range(24):
            clock.moment += 30 * MINUTE if not restarts else 3 * HOUR
            exchange.settle()
        fills.append([(fill.at, fill.price) for fill in exchange.accounts[api_key].orders[1].fills])
        journal.close()
        secrets.close()
    assert len(fills[0]) == 1
    assert fills[0] == fills[1]

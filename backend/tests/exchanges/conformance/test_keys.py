"""Keys of every venue: what they may do is read from the venue itself."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import KeyCannotBeUsed, KeyRefused
from backend.exchanges.key_checks import check_rights
from backend.exchanges.nouns import KeyRights
from backend.tests.exchanges.conformance.desk import VENUES, Trader


def check(trader: Trader) -> KeyRights:
    return check_rights(trader.access, trader.venue, uuid4(), trader.credentials, False)


@pytest.mark.parametrize("restricted", [True, False])
def test_the_rights_are_read(open_trader: Callable[..., Trader], restricted: bool) -> None:
    trader = open_trader(ip_restricted=restricted)
    told = None if trader.venue == "coinbase" else restricted
    assert check(trader) == KeyRights(can_trade=True, can_withdraw=False, ip_restricted=told)


def test_a_key_that_can_withdraw_is_refused(open_trader: Callable[..., Trader]) -> None:
    trader = open_trader(can_withdraw=True)
    assert trader.gateway.key_rights().can_withdraw is True
    with pytest.raises(KeyCannotBeUsed, match="can withdraw money"):
        check(trader)


def test_a_key_that_cannot_trade_is_refused(open_trader: Callable[..., Trader]) -> None:
    trader = open_trader(can_trade=False)
    with pytest.raises(KeyCannotBeUsed, match="may not trade"):
        check(trader)
    with pytest.raises(KeyRefused):
        trader.gateway.place_order(trader.request())


def test_another_venues_key_is_told_in_plain_words(trader: Trader, access: ExchangeAccess) -> None:
    for other in VENUES:
        if other != trader.venue:
            with pytest.raises(KeyCannotBeUsed) as refusal:
                check_rights(access, other, uuid4(), trader.credentials, False)
            words = refusal.value.message
            assert "refused this key" in words
            assert "{" not in words
            assert trader.credentials.api_secret[:20] not in words

"""What a difference of two courses is made of: five parts that add up, whatever the trades."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from backend.engine.truth.comparing import Deal, attribute, pairs_of

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TOLERANCE = timedelta(minutes=2)


def deal(minutes: float, side: str, price: str, quantity: str = "1", fee: str = "0", purpose: str = "entry") -> Deal:
    at = NOON + timedelta(minutes=minutes)
    return Deal(at, side, purpose, Decimal(price), Decimal(quantity), Decimal(fee))


def test_each_part_is_named_for_what_it_is() -> None:
    expected = [deal(0, "buy", "100", fee="0.1"), deal(10, "sell", "110", fee="0.1"), deal(20, "buy", "90")]
    actual = [deal(0.5, "buy", "101", fee="0.2"), deal(10.5, "sell", "109", fee="0.1"), deal(40, "sell", "95")]
    found = attribute(expected, actual, Decimal(100), TOLERANCE)
    assert found.price == Decimal(-2)
    assert found.fees == Decimal("-0.1")
    assert found.missed == Decimal(-10)
    assert found.extra == Decimal(-5)
    assert found.quantity == 0
    assert found.average_delay == timedelta(seconds=30)


def test_of_several_candidates_the_one_for_the_same_reason_is_taken() -> None:
    stop = deal(1, "sell", "95", purpose="stop_loss")
    pairs = pairs_of(
        [stop], [deal(1, "sell", "95", purpose="exit_signal"), deal(2, "sell", "94", purpose="stop_loss")], TOLERANCE
    )
    assert pairs[0].actual is not None
    assert pairs[0].actual.purpose == "stop_loss"


amounts = st.decimals(min_value="0.01", max_value="1000", places=2)
deals = st.lists(
    st.builds(
        lambda minutes, side, price, quantity, fee: Deal(
            NOON + timedelta(minutes=minutes), side, "entry", price, quantity, fee
        ),
        st.integers(0, 30),
        st.sampled_from(["buy", "sell"]),
        amounts,
        amounts,
        amounts,
    ),
    max_size=8,
)


@given(expected=deals, actual=deals, mark=amounts)
def test_the_parts_add_up_to_the_difference(expected: list[Deal], actual: list[Deal], mark: Decimal) -> None:
    found = attribute(expected, actual, mark, TOLERANCE)
    parts = found.price + found.fees + found.quantity + found.missed + found.extra
    assert abs(parts - found.difference) < Decimal("0.000001")
    assert len(found.pairs) == len(expected) + sum(pair.expected is None for pair in found.pairs)

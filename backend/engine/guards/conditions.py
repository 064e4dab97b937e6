"""What of an exchange and its market forbids live bots to buy: a halt, too little trade, too wide a spread."""

from dataclasses import dataclass

from backend.engine.guards.quality import quality_of
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.nouns import Market
from backend.foundation.platform import Platform
from backend.trading.records import EXCHANGE_IS_HALTED, SPREAD_IS_TOO_WIDE, VOLUME_TOO_SMALL


@dataclass(frozen=True)
class Conditions:
    """What of an exchange and a market keeps live bots from buying there, as bits of the core's gates."""

    bits: int


UNASKED = Conditions(EXCHANGE_IS_HALTED)
"""Nobody asked, for no live bot was there; one that has come since waits for the next candle."""


def conditions_of(platform: Platform, exchange: str, market: Market) -> Conditions:
    """Look at exchange and market now. It may take as long as an exchange takes to answer: never while locks are held.

    An exchange that rests is not asked. One that does not answer counts as halted, unless it told within the last
    hour what its market is like: then that counts.
    """
    if ExchangeAccess.of(platform).breaker(exchange).is_open():
        return Conditions(EXCHANGE_IS_HALTED)
    quality = quality_of(platform, exchange, market)
    if not quality.is_known:
        return Conditions(EXCHANGE_IS_HALTED)
    bits = 0
    if quality.is_too_thin(platform.settings.minimum_daily_volume):
        bits |= VOLUME_TOO_SMALL
    if quality.is_too_wide(platform.settings.maximum_spread):
        bits |= SPREAD_IS_TOO_WIDE
    return Conditions(bits)

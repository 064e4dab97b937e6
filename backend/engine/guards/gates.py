"""What forbids entries from outside, as the core's gates: switches, halted exchanges, thin markets."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.engine.guards.quality import quality_of
from backend.engine.guards.switches import halts_of
from backend.engine.roster import Table
from backend.exchanges.access import ExchangeAccess
from backend.foundation.platform import Platform
from backend.trading.records import EXCHANGE_IS_HALTED, SPREAD_IS_TOO_WIDE, SWITCHED_OFF, VOLUME_TOO_SMALL


def outer_gates(platform: Platform, session: Session, table: Table) -> NDArray[np.int8]:
    """For each bot of the table the bits of what forbids it to buy; an exchange's state concerns live bots only."""
    gates = np.zeros(len(table.seats), dtype=np.int8)
    exchange = table.place.exchange
    halts = halts_of(session, {seat.user_id for seat in table.seats})
    if halts.platform is not None or exchange in halts.exchanges:
        gates |= SWITCHED_OFF
    elif halts.users:
        gates[[seat.user_id in halts.users for seat in table.seats]] |= SWITCHED_OFF
    live = np.array([not seat.is_paper for seat in table.seats], dtype=np.bool_)
    if live.any():
        gates[live] |= _market_gates(platform, table)
    return gates


def _market_gates(platform: Platform, table: Table) -> np.int8:
    bits = 0
    exchange = table.place.exchange
    if ExchangeAccess.of(platform).breaker(exchange).is_open():
        bits |= EXCHANGE_IS_HALTED
    quality = quality_of(platform, exchange, table.place.market)
    if quality.is_too_thin(platform.settings.minimum_daily_volume):
        bits |= VOLUME_TOO_SMALL
    if quality.is_too_wide(platform.settings.maximum_spread):
        bits |= SPREAD_IS_TOO_WIDE
    return np.int8(bits)

"""A user's own candles: kept under an exchange name that nobody else can ask for.

Candles of an exchange are shared by all tenants and come from that exchange or from an operator. What a user uploads is
stored as exchange `upload:<user id>`, in the archive only and never among the shared rows. Users say `upload` and mean
their own; another's name cannot be said.
"""

from uuid import UUID

from backend.exchanges.errors import UnknownExchange
from backend.exchanges.venues import VENUES

UPLOAD = "upload"
"""How a user names the exchange of the own uploads."""
_PREFIX = f"{UPLOAD}:"


def stored_exchange(exchange: str, user_id: UUID) -> str:
    """The name under which the candles of what this user calls `exchange` are stored.

    Any exchange may have been imported by an operator. Raises UnknownExchange for another user's uploads.
    """
    if exchange in {UPLOAD, upload_name(user_id)}:
        return upload_name(user_id)
    if is_upload(exchange):
        raise UnknownExchange(exchange, [*sorted(VENUES), UPLOAD])
    return exchange


def upload_name(user_id: UUID) -> str:
    """The exchange name of a user's uploads, as stored."""
    return f"{_PREFIX}{user_id.hex}"


def spoken_exchange(stored: str) -> str:
    """The name that its user knows a stored exchange by."""
    return UPLOAD if is_upload(stored) else stored


def is_upload(exchange: str) -> bool:
    """Whether candles stored under this name are a user's upload."""
    return exchange.startswith(_PREFIX)


def readable_exchange(stored: str) -> str:
    """What a page calls a stored exchange."""
    if is_upload(stored):
        return "Your uploads"
    return VENUES[stored].name if stored in VENUES else stored

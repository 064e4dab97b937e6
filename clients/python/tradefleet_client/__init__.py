"""A typed client of the Tradefleet API."""

from tradefleet_client.client import Client
from tradefleet_client.errors import (
    Conflict,
    Forbidden,
    MalformedRequest,
    NotFound,
    RateLimited,
    SecondFactorNeeded,
    ServerError,
    TradefleetError,
    Unauthorized,
    Unreachable,
    ValidationFailed,
)
from tradefleet_client.transport import Pages

__all__ = [
    "Client",
    "Conflict",
    "Forbidden",
    "MalformedRequest",
    "NotFound",
    "Pages",
    "RateLimited",
    "SecondFactorNeeded",
    "ServerError",
    "TradefleetError",
    "Unauthorized",
    "Unreachable",
    "ValidationFailed",
]

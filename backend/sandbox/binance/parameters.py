"""The parameters of a request, read and refused as Binance does."""

import json
import re
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl

from backend.sandbox.binance.errors import BinanceError, illegal_characters, invalid_symbol, missing
from backend.sandbox.markets import Market

_INTEGER: Final = "^[0-9]{1,20}$"
_DECIMAL: Final = "^([0-9]{1,20})(\\.[0-9]{1,20})?$"
_SYMBOL: Final = "^[A-Z0-9-_.]{1,20}$"
_CLIENT_ORDER_ID: Final = "^[a-zA-Z0-9-_]{1,36}$"
_MOST_DECIMALS: Final = 8


class Parameters:
    """Query and form body together; `raw` is both exactly as they were sent."""

    def __init__(self, query: str, body: str, markets: dict[str, Market]) -> None:
        """`markets` by the venue's identifier, such as BTCUSDT."""
        self.query = query
        self.body = body
        self._values = dict(parse_qsl(query, keep_blank_values=True) + parse_qsl(body, keep_blank_values=True))
        self._markets = markets

    def has(self, name: str) -> bool:
        """Whether the parameter was sent and is not empty."""
        return bool(self._values.get(name))

    def text(self, name: str) -> str:
        """A parameter that has to be there."""
        value = self._values.get(name)
        if not value:
            raise missing(name)
        return value

    def choice(self, name: str, choices: tuple[str, ...], refusal: BinanceError) -> str:
        """A parameter that has to be one of the choices."""
        value = self.text(name)
        if value not in choices:
            raise refusal
        return value

    def integer(self, name: str) -> int:
        """A whole number that has to be there."""
        value = self.text(name)
        if not re.fullmatch(_INTEGER, value):
            raise illegal_characters(name, _INTEGER)
        return int(value)

    def optional_integer(self, name: str) -> int | None:
        """A whole number, if it was sent."""
        return self.integer(name) if self.has(name) else None

    def limit(self, default: int, largest: int) -> int:
        """How many rows are wanted; asking for more than the largest number gives that many."""
        limit = self.optional_integer("limit")
        if limit is None:
            return default
        if limit == 0:
            raise missing("limit")
        return min(limit, largest)

    def decimal(self, name: str) -> Decimal:
        """A decimal number that has to be there, with at most 8 decimals."""
        value = self.text(name)
        if not re.fullmatch(_DECIMAL, value):
            raise illegal_characters(name, _DECIMAL)
        if len(value.partition(".")[2].rstrip("0")) > _MOST_DECIMALS:
            raise BinanceError(-1111, f"Parameter '{name}' has too much precision.")
        return Decimal(value)

    def client_order_id(self, name: str) -> str | None:
        """A client order id, if it was sent."""
        if not self.has(name):
            return None
        value = self.text(name)
        if not re.fullmatch(_CLIENT_ORDER_ID, value):
            raise illegal_characters(name, _CLIENT_ORDER_ID)
        return value

    def market(self) -> Market:
        """The market that `symbol` names."""
        return self._market_of(self.text("symbol"))

    def optional_market(self) -> Market | None:
        """The market that `symbol` names, if it was sent."""
        return self.market() if self.has("symbol") else None

    def chosen_markets(self) -> list[Market] | None:
        """The markets of `symbols` (a JSON list) or of `symbol`; None when neither was sent."""
        if not self.has("symbols"):
            return [self.market()] if self.has("symbol") else None
        if self.has("symbol"):
            raise BinanceError(-1128, "Combination of optional parameters invalid.")
        try:
            names = json.loads(self.text("symbols"))
        except ValueError:
            names = None
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise illegal_characters("symbols", '^\\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\\]$')
        return [self._market_of(name) for name in names]

    def _market_of(self, name: str) -> Market:
        if not re.fullmatch(_SYMBOL, name):
            raise illegal_characters("symbol", _SYMBOL)
        market = self._markets.get(name)
        if market is None:
            raise invalid_symbol()
        return market

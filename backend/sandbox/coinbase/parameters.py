"""The parameters of a request, read and refused as Coinbase does."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qsl

from backend.sandbox.coinbase.errors import CoinbaseError, invalid_argument, not_found
from backend.sandbox.markets import Market

Json = dict[str, Any]

_DECIMAL: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_INTEGER: Final = re.compile(r"[0-9]{1,18}")


class Query:
    """The query of an address; a name may be there several times."""

    def __init__(self, query: str, markets: dict[str, Market]) -> None:
        """`markets` by the venue's identifier, such as BTC-USDT."""
        self._values: dict[str, list[str]] = {}
        for name, value in parse_qsl(query, keep_blank_values=False):
            self._values.setdefault(name, []).append(value)
        self.markets = markets

    def optional(self, name: str) -> str | None:
        """A text, if it was sent."""
        values = self._values.get(name)
        return values[-1] if values else None

    def listed(self, *names: str) -> set[str]:
        """Every value of any of the names."""
        return {value for name in names for value in self._values.get(name, [])}

    def integer(self, name: str) -> int | None:
        """A whole number, if it was sent."""
        value = self.optional(name)
        if value is not None and not _INTEGER.fullmatch(value):
            raise invalid_argument(f"{name} is invalid")
        return None if value is None else int(value)

    def limit(self, default: int, largest: int) -> int:
        """How many rows are wanted."""
        return min(largest, max(1, self.integer("limit") or default))

    def moment(self, name: str) -> int | None:
        """Milliseconds of a time in ISO words, if it was sent."""
        value = self.optional(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise invalid_argument(f"{name} is invalid") from None
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)

    def market(self, product_id: str | None) -> Market:
        """The market of this identifier."""
        market = self.markets.get(product_id or "")
        if market is None:
            raise not_found("valid product_id is required")
        return market

    def page(self, rows: list[Any], default: int) -> tuple[list[Any], bool, str]:
        """The page from `cursor` on: its rows, whether more follow, and the next cursor."""
        first, limit = self.integer("cursor") or 0, self.limit(default, 1000)
        has_next = len(rows) > first + limit
        return rows[first : first + limit], has_next, str(first + limit) if has_next else ""


def parsed_body(body: str) -> Json:
    """The JSON object of a request. Raises CoinbaseError."""
    try:
        content = json.loads(body or "{}")
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise CoinbaseError(400, "INVALID_ARGUMENT", "invalid request body")
    return content


def amount(values: Json, name: str) -> Decimal:
    """A decimal number that has to be there as text."""
    value = values.get(name)
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise invalid_argument(f"{name} is invalid")
    return Decimal(value)


def one_of(values: Json, names: Iterable[str]) -> str:
    """The one name of the choices that was sent with a value."""
    sent = [name for name in names if values.get(name)]
    if len(sent) != 1:
        raise invalid_argument(f"exactly one of {', '.join(names)} is required")
    return sent[0]

"""The parameters of a request, read and refused as Kraken does."""

import json
import re
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qsl

from backend.sandbox.kraken.errors import KrakenError, invalid_argument, unknown_pair
from backend.sandbox.markets import Market

_DECIMAL: Final = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_INTEGER: Final = re.compile(r"-?[0-9]{1,20}")
_TRUE: Final = frozenset({"true", "1"})


class Parameters:
    """Query or body; `raw` is the body exactly as it was sent."""

    def __init__(self, sent: str, markets: dict[str, Market], *, is_json: bool = False) -> None:
        """`markets` by every name that a request may use. Raises KrakenError for a body that is not JSON."""
        self.raw = sent
        self._values = _from_json(sent) if is_json else dict(parse_qsl(sent, keep_blank_values=True))
        self._markets = markets

    def optional(self, name: str) -> str | None:
        """A text, if it was sent and is not empty."""
        return self._values.get(name) or None

    def text(self, name: str) -> str:
        """A text that has to be there."""
        value = self.optional(name)
        if value is None:
            raise invalid_argument(name)
        return value

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        """A text that has to be one of the choices."""
        value = self.optional(name) or default
        if value not in choices:
            raise invalid_argument(name)
        return value

    def integer(self, name: str) -> int | None:
        """A whole number, if it was sent."""
        value = self.optional(name)
        if value is not None and not _INTEGER.fullmatch(value):
            raise invalid_argument(name)
        return None if value is None else int(value)

    def decimal(self, name: str) -> Decimal:
        """A decimal number that has to be there."""
        value = self.text(name)
        if not _DECIMAL.fullmatch(value):
            raise invalid_argument(name)
        return Decimal(value)

    def flag(self, name: str) -> bool:
        """Whether something is wished."""
        return self._values.get(name, "").lower() in _TRUE

    def listed(self, name: str) -> list[str]:
        """The parts of a text with commas; none when it was not sent."""
        return [part.strip() for part in self._values.get(name, "").split(",") if part.strip()]

    def moment(self, name: str) -> int | None:
        """Milliseconds of a time in seconds, if it was sent."""
        value = self.optional(name)
        if value is not None and not _DECIMAL.fullmatch(value):
            raise invalid_argument(name)
        return None if value is None else int(Decimal(value) * 1000)

    def market(self) -> Market:
        """The market that `pair` names."""
        return self._market_of(self.text("pair"))

    def chosen_markets(self) -> list[Market]:
        """The markets of `pair`, all of them when it was not sent."""
        names = self.listed("pair")
        if not names:
            return list({market.symbol: market for market in self._markets.values()}.values())
        return [self._market_of(name) for name in names]

    def _market_of(self, name: str) -> Market:
        market = self._markets.get(name) or self._markets.get(name.upper())
        if market is None:
            raise unknown_pair()
        return market


def _from_json(sent: str) -> dict[str, str]:
    try:
        content: Any = json.loads(sent or "{}")
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise KrakenError("EGeneral:Invalid arguments")
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in content.items()}

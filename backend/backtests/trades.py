"""Fills and trades as their readers meet them. A trade is a sale: it ends a position, or a grid's lot."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.market_data.numbers import number_text
from backend.trading.records import PURPOSES

_SORTS = {"closed_at": "at", "profit": "profit", "return": "return"}


def trade_count(fills: NDArray[np.void]) -> int:
    """How many trades the fills hold."""
    return int((fills["side"] < 0).sum())


def trades_of(fills: NDArray[np.void], sort: str = "closed_at", limit: int | None = None, offset: int = 0) -> list[Any]:
    """Trades as JSON; `sort` is closed_at, profit or return, with a minus before it for the largest first."""
    sales = np.flatnonzero(fills["side"] < 0)
    entries = _entry_purposes(fills)[sales]
    sold = fills[sales]
    costs = sold["entry_price"] * sold["quantity"]
    returns = np.divide(sold["profit"], costs, out=np.zeros(len(sold)), where=costs > 0)
    key = returns if "return" in sort else sold[_SORTS[sort.removeprefix("-")]]
    order = np.argsort(-key if sort.startswith("-") else key, kind="stable")
    chosen = order[offset : None if limit is None else offset + limit]
    return [
        {
            "number": int(index) + 1,
            "opened_at": moment(sold["entered_at"][index]),
            "closed_at": moment(sold["at"][index]),
            "entry_price": price_text(sold["entry_price"][index]),
            "exit_price": price_text(sold["price"][index]),
            "quantity": price_text(sold["quantity"][index]),
            "entries": int(sold["entries"][index]),
            "fee": price_text(sold["fee"][index]),
            "profit": price_text(sold["profit"][index]),
            "return": price_text(returns[index]),
            "entry_reason": PURPOSES[entries[index]],
            "exit_reason": PURPOSES[sold["purpose"][index]],
        }
        for index in chosen
    ]


def fills_between(fills: NDArray[np.void], since: datetime | None, until: datetime | None) -> NDArray[np.void]:
    """The fills of candles that open from `since` to before `until`."""
    begin = 0 if since is None else int(fills["at"].searchsorted(since.timestamp() * 1000))
    end = len(fills) if until is None else int(fills["at"].searchsorted(until.timestamp() * 1000))
    return fills[begin:end]


def fills_json(fills: NDArray[np.void]) -> list[dict[str, Any]]:
    """Executions as JSON."""
    return [
        {
            "at": moment(fill["at"]),
            "side": "buy" if fill["side"] > 0 else "sell",
            "purpose": PURPOSES[fill["purpose"]],
            "price": price_text(fill["price"]),
            "quantity": price_text(fill["quantity"]),
        }
        for fill in fills
    ]


def moment(milliseconds: Any) -> datetime:
    """Milliseconds since 1970 as a moment in UTC."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def price_text(value: Any) -> str:
    """A price, a quantity or money of the core as text: twelve digits, without what float arithmetic left behind."""
    return number_text(float(f"{float(value):.12g}") + 0.0)


def _entry_purposes(fills: NDArray[np.void]) -> NDArray[np.int8]:
    """For each fill: the purpose of the purchase that began its position."""
    if not len(fills):
        return np.zeros(0, dtype=np.int8)
    # Positions are numbered by the closing sales before them.
    closing = (fills["side"] < 0) & (fills["closed"] != 0)
    position = np.concatenate(([0], np.cumsum(closing)[:-1]))
    first = np.searchsorted(position, position, side="left")
    purposes: NDArray[np.int8] = fills["purpose"][first]
    return purposes

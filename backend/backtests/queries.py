"""What reads backtests."""

from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, undefer

from backend.backtests.errors import NoSuchBacktest, NotFinished, UnusableBacktest
from backend.backtests.models import Backtest
from backend.backtests.packing import unpack
from backend.backtests.results import curve_json
from backend.backtests.trades import fills_between, fills_json, trade_count, trades_of
from backend.foundation.errors import FieldError
from backend.foundation.pagination import Page, in_one_portion, in_order, paginate

MOST_COMPARED = 5
_NOT_SETTINGS = {"filters"}


def own_backtest(session: Session, user_id: UUID, backtest_id: UUID, *loaded: Any, locked: bool = False) -> Backtest:
    """The user's backtest, with the large columns `loaded`. Raises NoSuchBacktest, also for somebody else's."""
    statement = _own(user_id).where(Backtest.id == backtest_id).options(*(undefer(column) for column in loaded))
    if locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    backtest = session.scalar(statement)
    if backtest is None:
        raise NoSuchBacktest
    return backtest


def completed_backtest(session: Session, user_id: UUID, backtest_id: UUID, *loaded: Any) -> Backtest:
    """The user's backtest that has a result. Raises NoSuchBacktest, NotFinished."""
    backtest = own_backtest(session, user_id, backtest_id, *loaded)
    if backtest.status != "completed":
        raise NotFinished("backtest", backtest.status)
    return backtest


def page_of_backtests(session: Session, user_id: UUID, arguments: dict[str, Any]) -> Page[Backtest]:
    """One page of the user's backtests, filtered by status, symbol and strategy."""
    statement = _own(user_id)
    for name in ("status", "symbol", "strategy"):
        if name in arguments:
            statement = statement.where(getattr(Backtest, name) == arguments[name])
    ordered = in_order(statement, Backtest, arguments["sort"], name=func.lower(Backtest.name))
    return paginate(session, ordered, arguments["limit"], arguments["offset"])


def page_of_trades(session: Session, user_id: UUID, backtest_id: UUID, arguments: dict[str, Any]) -> Page[Any]:
    """One page of a run's trades. Raises NoSuchBacktest, NotFinished."""
    fills = fills_of(completed_backtest(session, user_id, backtest_id, Backtest.fills))
    limit, offset = arguments["limit"], arguments["offset"]
    items = trades_of(fills, arguments["sort"], limit, offset)
    return Page(items, trade_count(fills), limit, offset, lambda: in_one_portion(trades_of(fills, arguments["sort"])))


def page_of_fills(session: Session, user_id: UUID, backtest_id: UUID, arguments: dict[str, Any]) -> Page[Any]:
    """One page of a run's fills within a span of time. Raises NoSuchBacktest, NotFinished."""
    fills = fills_of(completed_backtest(session, user_id, backtest_id, Backtest.fills))
    chosen = fills_between(fills, arguments.get("since"), arguments.get("until"))
    if arguments["sort"] == "-at":
        chosen = chosen[::-1]
    limit, offset = arguments["limit"], arguments["offset"]
    items = fills_json(chosen[offset : offset + limit])
    return Page(items, len(chosen), limit, offset, lambda: in_one_portion(fills_json(chosen)))


def fills_of(backtest: Backtest) -> NDArray[np.void]:
    """The FILL records of a complete run."""
    assert backtest.fills is not None
    return unpack(backtest.fills)


def curve_of_backtest(backtest: Backtest) -> dict[str, list[Any]]:
    """The drawn curve of a complete run."""
    assert backtest.curve is not None
    return curve_json(unpack(backtest.curve))


def compare(session: Session, user_id: UUID, given: str) -> list[dict[str, Any]]:
    """Up to five complete runs side by side. Raises UnusableBacktest, NoSuchBacktest, NotFinished."""
    ids = _ids(given)
    loaded = (Backtest.result, Backtest.curve)
    backtests = [completed_backtest(session, user_id, backtest_id, *loaded) for backtest_id in ids]
    settings = [_settings(backtest) for backtest in backtests]
    different = [
        name
        for name in dict.fromkeys(name for one in settings for name in one)
        if any(one.get(name) != settings[0].get(name) for one in settings)
    ]
    return [
        {
            "backtest": backtest,
            "metrics": (backtest.result or {})["metrics"],
            "curve": curve_of_backtest(backtest),
            "settings": {name: one.get(name) for name in different},
        }
        for backtest, one in zip(backtests, settings, strict=True)
    ]


def _own(user_id: UUID) -> Select[Backtest]:
    return select(Backtest).where(Backtest.user_id == user_id)


def _ids(given: str) -> list[UUID]:
    try:
        ids = list(dict.fromkeys(UUID(part.strip()) for part in given.split(",")))
    except ValueError:
        message = "Give the ids of the backtests, separated by commas."
        raise UnusableBacktest([FieldError("ids", message)]) from None
    if not 2 <= len(ids) <= MOST_COMPARED:
        raise UnusableBacktest([FieldError("ids", f"Compare 2 to {MOST_COMPARED} different backtests.")])
    return ids


def _settings(backtest: Backtest) -> dict[str, Any]:
    """Every setting of a run, those of nested objects by dotted names."""
    flat: dict[str, Any] = {"start": backtest.start.isoformat(), "end": backtest.end.isoformat()}
    for name, value in backtest.configuration.items():
        if name in _NOT_SETTINGS:
            continue
        if isinstance(value, dict):
            flat |= {f"{name}.{part}": one for part, one in value.items()}
        else:
            flat[name] = value
    return flat

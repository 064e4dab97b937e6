"""Compaction changes where candles lie and nothing else, however often and wherever it is interrupted."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select, text

from backend.config import Settings
from backend.foundation.celery import make_celery
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.market_data import compaction, tasks
from backend.market_data.archive import CandleArchive, MarketFrame
from backend.market_data.commands import copy_candles, store_candles
from backend.market_data.compaction import compact_candles
from backend.market_data.holdings_board import HoldingsBoard
from backend.market_data.models import CandleRow
from backend.market_data.queries import candles_between
from backend.market_data.store import CandleStore, Holding
from backend.tests.conftest import NOW
from backend.tests.market_data.made_candles import DAY, FOREVER, made, moment
from backend.trading.candles import Candles

BTC = MarketFrame("binance", "BTC/USDT", "1m")
ETH = MarketFrame("binance", "ETH/USDT", "1h")
WHOLE = made(moment("2025-11-25"), 50 * 1440)
"""Up to the middle of January; rows begin with January when it is the second of March."""
OLD = int((WHOLE["opened_at"] < moment("2026-01-01")).sum())


@pytest.fixture
def files(settings: Settings) -> Path:
    return Path(settings.candle_store)


def put(platform: Platform, frame: MarketFrame, candles: Candles) -> None:
    """Store everything as rows, as the feed does."""
    with platform.database.across_tenants("test") as session:
        copy_candles(session, frame.exchange, frame.symbol, frame.timeframe, [candles])


def read(platform: Platform, frame: MarketFrame = BTC) -> Candles:
    with platform.database.as_tenant(None) as session:
        store = CandleStore(session, platform.settings)
        return store.read(frame.exchange, frame.symbol, frame.timeframe, 0, FOREVER)


def held(platform: Platform) -> list[Holding]:
    with platform.database.as_tenant(None) as session:
        return CandleStore(session, platform.settings).available()


def rows(platform: Platform) -> int:
    with platform.database.as_tenant(None) as session:
        return session.scalar(select(func.count()).select_from(CandleRow)) or 0


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_is_read_before_and_after(platform: Platform, files: Path) -> None:
    hours = made(moment("2024-05-05"), 16_000, "1h")
    put(platform, BTC, WHOLE)
    put(platform, ETH, hours)
    before = held(platform)
    # Of hours more months stay rows, since bots warm up on them.
    old_hours = int((hours["opened_at"] < moment("2025-12-01")).sum())
    assert compact_candles(platform) == OLD + old_hours
    assert rows(platform) == len(WHOLE) - OLD + len(hours) - old_hours
    assert read(platform).tobytes() == WHOLE.tobytes()
    assert read(platform, ETH).tobytes() == hours.tobytes()
    assert held(platform) == before
    assert sorted(contents(files))[:2] == [
        "exchange=binance/symbol=BTC-USDT/timeframe=1m/2025-11.parquet",
        "exchange=binance/symbol=BTC-USDT/timeframe=1m/2025-12.parquet",
    ]


def test_twice_changes_nothing(platform: Platform, files: Path) -> None:
    put(platform, BTC, WHOLE)
    compact_candles(platform)
    once, left = contents(files), rows(platform)
    assert compact_candles(platform) == 0
    assert contents(files) == once
    assert rows(platform) == left


def test_a_month_goes_when_it_is_past_and_what_comes_late_joins_it(platform: Platform, clock: FixedClock) -> None:
    late = slice(5000, 6000)
    put(platform, BTC, np.delete(WHOLE, late))
    compact_candles(platform)
    put(platform, BTC, WHOLE[late])
    assert compact_candles(platform) == 1000
    assert read(platform).tobytes() == WHOLE.tobytes()
    clock.moment = datetime(2026, 3, 8, tzinfo=UTC)
    assert compact_candles(platform) == len(WHOLE) - OLD
    assert rows(platform) == 0
    assert read(platform).tobytes() == WHOLE.tobytes()


class Killed(BaseException):
    """The process is gone."""


STEPS = ("before the file", "half the file", "before it is named", "before the rows go", "before the commit")


@pytest.mark.parametrize("step", STEPS)
def test_a_death_at_any_step_loses_nothing(
    platform: Platform, files: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    put(platform, BTC, WHOLE)
    with monkeypatch.context() as patched:
        _die(patched, step)
        with pytest.raises(Killed):
            compact_candles(platform)
    assert read(platform).tobytes() == WHOLE.tobytes()
    assert rows(platform) == len(WHOLE)
    assert compact_candles(platform) == OLD
    assert read(platform).tobytes() == WHOLE.tobytes()
    assert [(one.count, one.first, one.last) for one in held(platform)] == [
        (len(WHOLE), int(WHOLE["opened_at"][0]), int(WHOLE["opened_at"][-1]))
    ]


def _die(patched: pytest.MonkeyPatch, step: str) -> None:
    def die(*_: Any, **__: Any) -> Any:
        raise Killed

    def die_in_half(_candles: Candles, target: Any) -> None:
        target.write(b"PAR1 half a file")
        raise Killed

    archive = "backend.market_data.archive"
    if step == "before the file":
        patched.setattr(CandleArchive, "merge_month", die)
    elif step == "half the file":
        patched.setattr(f"{archive}.write_parquet", die_in_half)
    elif step == "before it is named":
        patched.setattr(f"{archive}.Path.replace", die)
    elif step == "before the rows go":
        patched.setattr("backend.market_data.compaction.delete", die)
    else:
        move = compaction.move_month

        def move_and_die(*what: Any) -> int:
            move(*what)
            raise Killed

        patched.setattr(compaction, "move_month", move_and_die)


def test_a_file_that_does_not_read_back_keeps_its_rows(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    put(platform, BTC, WHOLE)
    write = CandleArchive._write_file

    def write_less(self: CandleArchive, path: str, candles: Candles) -> None:
        write(self, path, candles[:-1] if "2025-11" in path else candles)

    with monkeypatch.context() as patched:
        patched.setattr(CandleArchive, "_write_file", write_less)
        november = np.count_nonzero(WHOLE["opened_at"] < moment("2025-12-01"))
        assert compact_candles(platform) == OLD - november
    assert read(platform).tobytes() == WHOLE.tobytes()
    assert compact_candles(platform) == november
    assert read(platform).tobytes() == WHOLE.tobytes()


def test_a_row_that_comes_meanwhile_is_not_deleted_unseen(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    put(platform, BTC, np.delete(WHOLE, 100))
    between = candles_between

    def and_one_more(session: Any, *what: Any) -> Candles:
        found = between(session, *what)
        store_candles(session, BTC.exchange, BTC.symbol, BTC.timeframe, WHOLE[100:101])
        return found

    with monkeypatch.context() as patched:
        patched.setattr(compaction, "candles_between", and_one_more)
        compact_candles(platform)
    put(platform, BTC, WHOLE[100:101])
    compact_candles(platform)
    assert read(platform).tobytes() == WHOLE.tobytes()


def test_one_process_does_it(platform: Platform, owner_engine: Any) -> None:
    put(platform, BTC, WHOLE)
    with owner_engine.connect() as other:
        other.execute(text("SELECT pg_advisory_lock(hashtextextended('compact candles', 1))"))
        assert compact_candles(platform) == 0
        other.execute(text("SELECT pg_advisory_unlock(hashtextextended('compact candles', 1))"))
    assert compact_candles(platform) == OLD


def test_old_seconds_go_and_new_ones_stay(platform: Platform) -> None:
    seconds = MarketFrame("binance", "BTC/USDT", "1s")
    now = moment(f"{NOW:%Y-%m-%d %H:%M}")
    put(platform, seconds, np.concatenate((made(now - 4 * DAY, 50, "1s"), made(now - 2 * DAY, 50, "1s"))))
    assert compact_candles(platform) == 0
    assert read(platform, seconds)["opened_at"].min() == now - 2 * DAY
    assert rows(platform) == 50


def test_what_a_dead_writer_left_goes_after_a_day(platform: Platform, files: Path) -> None:
    put(platform, BTC, WHOLE)
    compact_candles(platform)
    folder = files / "exchange=binance/symbol=BTC-USDT/timeframe=1m"
    whole = contents(files)
    for name, age in (
        (".2025-11.parquet.1.part", timedelta(hours=25)),
        (".2025-12.parquet.2.part", timedelta(hours=1)),
    ):
        (folder / name).write_bytes(b"half a file")
        os.utime(folder / name, ((NOW - age).timestamp(),) * 2)
    compact_candles(platform)
    left = contents(files)
    assert left.pop("exchange=binance/symbol=BTC-USDT/timeframe=1m/.2025-12.parquet.2.part") == b"half a file"
    assert left == whole


def test_the_task_of_the_night_moves_and_counts(platform: Platform, clock: FixedClock) -> None:
    put(platform, BTC, WHOLE)
    application = make_celery(platform.settings)
    application.platform = lambda: platform
    application.tasks[tasks.compact.name].apply(throw=True)
    assert rows(platform) == len(WHOLE) - OLD
    clock.moment = NOW + timedelta(seconds=30)
    assert [one.count for one in HoldingsBoard(platform).holdings()] == [len(WHOLE)]

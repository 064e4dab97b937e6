"""The candle store gives back what it was given, wherever it lies, and makes longer candles of shorter ones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.config import Settings
from backend.foundation.platform import Platform
from backend.market_data.archive import ArchiveDamaged, ArchiveUnusable, CandleArchive, MarketFrame
from backend.market_data.commands import store_candles
from backend.market_data.completeness import Gap, content_hash
from backend.market_data.importers import read_recording
from backend.market_data.models import CandleRow
from backend.market_data.store import CandleStore, Holding
from backend.tests.conftest import NOW
from backend.tests.market_data.made_candles import DAY, FOREVER, HOUR, MINUTE, made, moment
from backend.trading.candles import CANDLE
from backend.trading.resampling import resample


@pytest.fixture
def session(platform: Platform) -> Iterator[Session]:
    with platform.database.across_tenants("test") as opened:
        yield opened


@pytest.fixture
def store(session: Session, settings: Settings) -> CandleStore:
    return CandleStore(session, settings)


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(CandleRow)) or 0


def test_past_months_and_recent_rows_are_read_as_one(store: CandleStore, session: Session) -> None:
    candles = made(moment("2025-11-20"), 100 * 1440)
    assert store.write("binance", "BTC/USDT", "1m", candles, NOW) == len(candles)
    assert rows(session) == np.count_nonzero(candles["opened_at"] >= moment("2026-01-01"))
    assert store.write("binance", "BTC/USDT", "1m", candles, NOW) == 0
    read = store.read("binance", "BTC/USDT", "1m", 0, FOREVER)
    assert read.tobytes() == candles.tobytes()
    [holding] = store.available()
    first, last = int(candles["opened_at"][0]), int(candles["opened_at"][-1])
    assert holding == Holding("binance", "BTC/USDT", "1m", first, last, len(candles))
    assert store.available("kraken") == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-11-30 23:59", "2025-12-01 00:01"),
        ("2025-12-01 00:00", "2026-01-01 00:00"),
        ("2025-12-31 23:59", "2026-01-01 00:01"),
        ("2025-11-20 00:00", "2025-11-20 00:00"),
        ("2025-11-25 00:00", "2025-11-24 00:00"),
        ("2020-01-01 00:00", "2025-11-20 00:01"),
    ],
)
def test_a_range_ends_before_its_end(store: CandleStore, start: str, end: str) -> None:
    candles = made(moment("2025-11-20"), 60 * 1440)
    store.write("binance", "BTC/USDT", "1m", candles, NOW)
    read = store.read("binance", "BTC/USDT", "1m", moment(start), moment(end))
    inside = (candles["opened_at"] >= moment(start)) & (candles["opened_at"] < moment(end))
    assert read.tobytes() == candles[inside].tobytes()


def test_what_lies_in_both_places_comes_once(store: CandleStore, session: Session) -> None:
    candles = made(moment("2025-12-01"), 2000)
    store.write("binance", "BTC/USDT", "1m", candles[:1500], NOW)
    other = candles.copy()
    other["volume"] += 1
    store_candles(session, "binance", "BTC/USDT", "1m", other[1000:])
    read = store.read("binance", "BTC/USDT", "1m", 0, FOREVER)
    assert read.tobytes() == np.concatenate((candles[:1500], other[1500:])).tobytes()


def test_longer_candles_are_made_of_the_finest_and_are_finished(store: CandleStore) -> None:
    candles = made(moment("2025-11-20 00:30"), 3 * 1440)
    store.write("binance", "BTC/USDT", "1m", candles, NOW)
    hours = store.read("binance", "BTC/USDT", "1h", 0, FOREVER)
    assert hours.tobytes() == resample(candles, "1h")[1:-1].tobytes()
    some = store.read("binance", "BTC/USDT", "1h", moment("2025-11-20 01:00"), moment("2025-11-20 03:00"))
    assert some.tobytes() == hours[:2].tobytes()
    days = store.read("binance", "BTC/USDT", "1d", 0, FOREVER)
    assert days["opened_at"].tolist() == [moment("2025-11-21"), moment("2025-11-22")]
    assert len(store.read("binance", "BTC/USDT", "1w", 0, FOREVER)) == 0
    assert len(store.read("binance", "BTC/USDT", "1s", 0, FOREVER)) == 0


def test_an_own_candle_comes_before_a_made_one(store: CandleStore) -> None:
    candles = made(moment("2025-11-20"), 1440)
    store.write("binance", "BTC/USDT", "1m", candles, NOW)
    own = resample(candles, "1h")[5:8].copy()
    own["volume"] += 1000
    store.write("binance", "BTC/USDT", "1h", own, NOW)
    hours = store.read("binance", "BTC/USDT", "1h", 0, FOREVER)
    assert len(hours) == 24
    assert hours[5:8].tobytes() == own.tobytes()
    assert hours[8:].tobytes() == resample(candles, "1h")[8:].tobytes()


def test_a_candle_off_the_grid_is_not_overlapped_by_a_made_one(store: CandleStore) -> None:
    candles = made(moment("2025-11-20"), 1440)
    store.write("binance", "BTC/USDT", "1m", candles, NOW)
    own = resample(candles, "4h")[1:2].copy()
    own["opened_at"] += HOUR
    store.write("binance", "BTC/USDT", "4h", own, NOW)
    assert np.diff(store.read("binance", "BTC/USDT", "4h", 0, FOREVER)["opened_at"]).min() >= 4 * HOUR


def test_weeks_begin_on_mondays(store: CandleStore) -> None:
    store.write("binance", "BTC/USDT", "1d", made(moment("2018-01-01"), 29, "1d"), NOW)
    weeks = store.read("binance", "BTC/USDT", "1w", 0, FOREVER)
    assert weeks["opened_at"].tolist() == [moment("2018-01-01") + index * 7 * DAY for index in range(4)]


@pytest.mark.parametrize("name", ["binance_ADA-BTC_{}.csv.gz", "binance_ETH-BTC_{}.csv.gz"])
def test_made_candles_are_the_exchanges_own(recorded_candles: Path, store: CandleStore, name: str) -> None:
    minutes = read_recording(recorded_candles / name.format("1m")).candles
    longer = read_recording(recorded_candles / name.format("3m")).candles
    store.write("binance", "X/Y", "1m", minutes, NOW)
    made_ones = store.read("binance", "X/Y", "3m", 0, FOREVER)
    theirs = longer[np.isin(longer["opened_at"], made_ones["opened_at"])]
    assert len(made_ones) == len(theirs) > 150
    for field in ("open", "high", "low", "close"):
        assert (made_ones[field] == theirs[field]).mean() >= 0.99, field
    assert np.allclose(made_ones["volume"], theirs["volume"])


def test_what_is_stored_is_told_of_one_exchange_and_market(store: CandleStore, session: Session) -> None:
    for exchange, symbol, timeframe in (
        ("binance", "BTC/USDT", "1m"),
        ("binance", "BTC/USDT", "1h"),
        ("binance", "ETH/USDT", "1m"),
        ("kraken", "BTC/EUR", "1m"),
        ("upload:1", "BTC/USDT", "1m"),
    ):
        # Half of it in the archive, half as rows.
        store.write(exchange, symbol, timeframe, made(moment("2024-01-15"), 10, timeframe), NOW)
        if exchange != "upload:1":
            store_candles(session, exchange, symbol, timeframe, made(moment("2026-03-01"), 5, timeframe))

    def names(*asked: str) -> list[tuple[str, str, str, int]]:
        return [(one.exchange, one.symbol, one.timeframe, one.count) for one in store.available(*asked)]

    everything = [
        ("binance", "BTC/USDT", "1m", 15),
        ("binance", "BTC/USDT", "1h", 15),
        ("binance", "ETH/USDT", "1m", 15),
        ("kraken", "BTC/EUR", "1m", 15),
    ]
    assert names() == everything
    assert names("binance") == everything[:3]
    assert names("binance", "BTC/USDT") == everything[:2]
    assert names("binance", "ETH/USDT") == everything[2:3]
    assert names("kraken") == everything[3:]
    assert names("upload:1") == [("upload:1", "BTC/USDT", "1m", 10)]
    assert names("a") == names("z") == names("binance", "A/A") == names("binance", "Z/Z") == []
    first, last = moment("2024-01-15"), moment("2026-03-01") + 4 * HOUR
    assert store.extent(MarketFrame("binance", "BTC/USDT", "4h")) == (first, last)
    assert store.extent(MarketFrame("binance", "BTC/USDT", "1s")) is None


def test_a_candle_that_opens_late_is_not_missing(store: CandleStore) -> None:
    candles = made(moment("2025-11-30"), 10)
    candles["opened_at"][5:] += MINUTE // 3
    candles["opened_at"][8:] += 2 * MINUTE
    store.write("binance", "BTC/USDT", "1m", candles, NOW)
    assert [gap.missing for gap in store.gaps("binance", "BTC/USDT", "1m").gaps] == [2]


def test_gaps_are_told(store: CandleStore) -> None:
    candles = np.delete(made(moment("2025-11-30"), 4000), [*range(10, 15), *range(2000, 2100)])
    store.write("binance", "BTC/USDT", "1m", candles, NOW)
    report = store.gaps("binance", "BTC/USDT", "1m")
    first = moment("2025-11-30")
    assert report.gaps == (
        Gap(first + 9 * MINUTE, 5, first + 15 * MINUTE),
        Gap(first + 1999 * MINUTE, 100, first + 2100 * MINUTE),
    )
    assert (report.total, report.longest, report.count) == (105, 100, len(candles))
    nothing = store.gaps("binance", "ETH/USDT", "1m")
    assert (nothing.gaps, nothing.total, nothing.longest, nothing.first) == ((), 0, 0, None)


def test_missing_spans_are_what_a_download_asks_for(store: CandleStore) -> None:
    first, frame = moment("2025-11-30"), MarketFrame("binance", "BTC/USDT", "1m")
    end = first + 100 * MINUTE
    assert store.missing(frame, first, end) == [(first, end)]
    assert store.missing(frame, first + 1, end) == [(first + MINUTE, end)]
    store.write(*(frame.exchange, frame.symbol, frame.timeframe), np.delete(made(first, 90), [20, 21]), NOW)
    hole = (first + 20 * MINUTE, first + 22 * MINUTE)
    assert store.missing(frame, first, end) == [hole, (first + 90 * MINUTE, end)]
    assert store.missing(frame, first, first + 20 * MINUTE) == []


@pytest.mark.parametrize("symbol", ["BTC/USDT", "BTC/USDT:USDT-260327", "A-B/C_D.e", "Ä%2F/€", "../..", "a b"])
def test_any_symbol_has_a_path_of_its_own(store: CandleStore, symbol: str) -> None:
    candles = made(moment("2020-01-01"), 10)
    store.write("binance", symbol, "1m", candles, NOW)
    store.write("binance", f"{symbol}x", "1m", candles[:5], NOW)
    assert [(one.symbol, one.count) for one in store.available()] == [(symbol, 10), (f"{symbol}x", 5)]
    assert store.read("binance", symbol, "1m", 0, FOREVER).tobytes() == candles.tobytes()


def test_an_address_in_memory_will_do_as_well(session: Session, settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"candle_store_url": "memory://tests-of-the-store"})
    candles = made(moment("2024-01-15"), 40_000)
    assert CandleStore(session, elsewhere).write("binance", "BTC/USDT", "1m", candles, NOW) == len(candles)
    assert CandleStore(session, elsewhere).read("binance", "BTC/USDT", "1m", 0, FOREVER).tobytes() == candles.tobytes()
    assert len(CandleStore(session, elsewhere).available()) == 1
    assert CandleStore(session, settings).available() == []


@pytest.mark.parametrize("url", ["nowhere://bucket", "s3a://bucket/no-client-installed"])
def test_an_unusable_address_is_told(url: str) -> None:
    with pytest.raises(ArchiveUnusable, match="CANDLE_STORE_URL cannot be used"):
        CandleArchive(url)


def test_a_folder_that_cannot_be_written_is_told(session: Session, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    elsewhere = settings.model_copy(update={"candle_store_url": str(tmp_path / "file" / "candles")})
    with pytest.raises(ArchiveUnusable, match="The place that CANDLE_STORE_URL names cannot be used"):
        CandleStore(session, elsewhere).write("binance", "BTC/USDT", "1m", made(moment("2024-01-15"), 10), NOW)


BTC = ("binance", "BTC/USDT", "1m")
ASKED: dict[str, Callable[[CandleStore], object]] = {
    "ls": lambda store: store.available(),
    "find": lambda store: store.usage("binance"),
    "cat_file": lambda store: store.read(*BTC, 0, FOREVER),
    "makedirs": lambda store: store.write(*BTC, made(moment("2024-03-15"), 10), NOW),
    "rm_file": lambda store: store.remove(MarketFrame(*BTC)),
}


@pytest.mark.parametrize("name", ASKED)
def test_an_object_store_that_does_not_answer_is_told(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    class EndpointConnectionError(Exception):
        """As object stores' clients have them: no OSError."""

    def fail(*_: object, **__: object) -> None:
        raise EndpointConnectionError("no route")

    elsewhere = settings.model_copy(update={"candle_store_url": f"memory://tests-of-{name}"})
    store = CandleStore(session, elsewhere)
    candles = made(moment("2024-01-15"), 10)
    store.write(*BTC, candles, NOW)
    with monkeypatch.context() as patched:
        patched.setattr(MemoryFileSystem, name, fail)
        with pytest.raises(ArchiveUnusable, match="does not answer: no route"):
            ASKED[name](store)
    assert store.read(*BTC, 0, FOREVER).tobytes() == candles.tobytes()


def test_what_is_deleted_while_it_is_read_is_missing(
    store: CandleStore, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = MarketFrame("upload:1", "BTC/USDT", "1m")
    store.write(*(frame.exchange, frame.symbol, frame.timeframe), made(moment("2024-01-15"), 60_000), NOW)
    archive = CandleArchive(settings.candle_store)
    listed = archive.months_of(frame)
    assert listed == ["2024-01", "2024-02"]
    assert store.remove(frame) is True
    monkeypatch.setattr(CandleArchive, "months_of", lambda *_: listed)
    assert len(archive.read(frame, 0, moment("2025-01-01"))) == 0


@pytest.mark.parametrize("broken", [b"", b"no parquet", None])
def test_a_damaged_file_is_named(store: CandleStore, settings: Settings, broken: bytes | None) -> None:
    store.write("binance", "BTC/USDT", "1m", made(moment("2024-01-15"), 40_000), NOW)
    path = Path(settings.candle_store) / "exchange=binance/symbol=BTC-USDT/timeframe=1m/2024-01.parquet"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] if broken is None else broken)
    with pytest.raises(ArchiveDamaged, match=r"symbol=BTC-USDT/timeframe=1m/2024-01\.parquet"):
        store.read("binance", "BTC/USDT", "1m", 0, FOREVER)


def test_a_write_that_died_leaves_nothing_to_be_read(store: CandleStore, settings: Settings) -> None:
    candles = made(moment("2024-01-15"), 10)
    store.write("binance", "BTC/USDT", "1m", candles, NOW)
    folder = Path(settings.candle_store) / "exchange=binance/symbol=BTC-USDT/timeframe=1m"
    (folder / ".2024-02.parquet.0a.part").write_bytes(b"half a file")
    assert [path.name for path in folder.glob("2*")] == ["2024-01.parquet"]
    assert store.read("binance", "BTC/USDT", "1m", 0, FOREVER).tobytes() == candles.tobytes()
    assert store.available()[0].count == 10


def test_the_hash_tells_content_not_layout() -> None:
    candles = made(moment("2024-01-15"), 100)
    assert content_hash(candles) == content_hash(candles.astype(CANDLE.newbyteorder(">")))
    assert content_hash(candles[::2]) == content_hash(candles[::2].copy())
    changed = candles.copy()
    changed["close"][50] += 1e-9
    assert content_hash(changed) != content_hash(candles)

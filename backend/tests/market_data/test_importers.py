"""Recordings come in whole or not at all, and say what is in them."""

import gzip
import zipfile
from pathlib import Path

import pytest

from backend.foundation.platform import Platform
from backend.market_data.commands import copy_candles, store_candles
from backend.market_data.completeness import Gap
from backend.market_data.importers import RecordingError, read_recording
from backend.market_data.queries import newest_candles

HEADER = "timestamp,open,high,low,close,volume\n"
GOOD = [f"{1_600_000_020_000 + index * 60_000},10,12,9,11,5\n" for index in range(5)]


def write(folder: Path, rows: list[str], name: str = "binance_BTC-USDT_1m.csv.gz", header: str = HEADER) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress((header + "".join(rows)).encode()))
    return path


def test_name_and_rows_are_read(tmp_path: Path) -> None:
    recording = read_recording(write(tmp_path, GOOD))
    assert (recording.exchange, recording.symbol, recording.timeframe) == ("binance", "BTC/USDT", "1m")
    assert recording.candles["close"].tolist() == [11.0] * 5
    assert recording.gaps.gaps == ()


def test_duplicates_and_gaps_are_reported(tmp_path: Path) -> None:
    rows = [GOOD[0], GOOD[1], GOOD[1], GOOD[4]]
    recording = read_recording(write(tmp_path, rows))
    assert recording.duplicates == 1
    assert recording.gaps.gaps == (Gap(1_600_000_080_000, 2, 1_600_000_260_000),)
    assert "candles missing: 2, longest: 2 after 2020-09-13 12:28 UTC" in recording.report(3)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1600000020000,10,12,9\n", "4 columns"),
        ("yesterday,10,12,9,11,5\n", "not all numbers"),
        ("1600000020000,10,x,9,11,5\n", "not all numbers"),
        ("1600000020000,10,12,9,inf,5\n", "infinite"),
        ("1600000020000,-10,12,-11,11,5\n", "not above zero"),
        ("1600000020000,10,9,12,11,5\n", "do not lie between"),
        ("17,10,12,9,11,5\n", "not all numbers"),
    ],
)
def test_broken_rows_are_refused_with_their_line(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(RecordingError, match="line 4: ") as refused:
        read_recording(write(tmp_path, [*GOOD[:2], row, *GOOD[2:]]))
    assert words in str(refused.value)


def test_many_broken_rows_are_counted(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="and 80 more broken lines"):
        read_recording(write(tmp_path, ["broken\n"] * 100))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("what.csv", HEADER.encode() + GOOD[0].encode(), "--exchange, --symbol and --timeframe"),
        ("binance_BTC-USDT_7m.csv", GOOD[0].encode(), "no time frame 7m"),
        ("binance_BTC-USDT_1m.csv", b"", "no candles"),
        ("binance_BTC-USDT_1m.csv.gz", b"not gzip at all", "cannot be read"),
        ("binance_BTC-USDT_1m.csv.gz", gzip.compress(GOOD[0].encode() * 1000)[:-20], "cannot be read"),
        ("binance_BTC-USDT_1m.csv", b"\xff\xfe\x00", "cannot be read"),
        ("BTCUSDT-1m-2024-01.zip", b"no zip", "cannot be read"),
    ],
)
def test_unusable_files_say_why(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=words):
        read_recording(path)


@pytest.mark.parametrize("scale", [1, 1000])
def test_binance_dumps_in_milliseconds_and_microseconds(tmp_path: Path, scale: int) -> None:
    opened_at = 1_735_689_600_000
    row = f"{opened_at * scale},10,12,9,11,5,{(opened_at + 59_999) * scale},55,3,2,22,0\n"
    path = tmp_path / "BTCUSDT-1m-2025-01.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("BTCUSDT-1m-2025-01.csv", row)
    recording = read_recording(path)
    assert (recording.exchange, recording.symbol, recording.timeframe) == ("binance", "BTC/USDT", "1m")
    assert recording.candles["opened_at"].tolist() == [opened_at]


def test_importing_twice_adds_nothing(tmp_path: Path, platform: Platform) -> None:
    recording = read_recording(write(tmp_path, GOOD))
    for expected in (5, 0):
        with platform.database.across_tenants("test") as session:
            assert copy_candles(session, "binance", "BTC/USDT", "1m", [recording.candles]) == expected
    with platform.database.as_tenant(None) as session:
        stored = newest_candles(session, "binance", "BTC/USDT", "1m", 10)
    assert stored.tolist() == recording.candles.tolist()


def test_a_stored_candle_is_never_overwritten(tmp_path: Path, platform: Platform) -> None:
    candles = read_recording(write(tmp_path, GOOD)).candles
    changed = candles.copy()
    changed["close"] = 11.5
    with platform.database.across_tenants("test") as session:
        assert store_candles(session, "binance", "BTC/USDT", "1m", candles[:3]) == 3
        assert store_candles(session, "binance", "BTC/USDT", "1m", changed) == 2
        assert newest_candles(session, "binance", "BTC/USDT", "1m", 10)["close"].tolist() == [11, 11, 11, 11.5, 11.5]


def test_every_recorded_file_reads(recorded_candles: Path) -> None:
    files = sorted(recorded_candles.glob("*.csv.gz"))
    assert len(files) > 100
    for path in files:
        # Mark prices are no trades of a market, so somebody has to say what to call them.
        recording = read_recording(path, symbol="XRP/USDT.MARK" if "-MARK_" in path.name else None)
        with gzip.open(path, "rt") as lines:
            assert len(recording.candles) == sum(1 for _ in lines) - 1, path.name

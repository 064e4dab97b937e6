"""Recorded files: every one there is can be loaded and asked, and a broken one is refused in plain words."""

import gzip

import numpy as np
import pytest

from backend.sandbox.errors import StartupError
from backend.sandbox.markets import build_markets
from backend.sandbox.prices.recordings import load_recording
from backend.sandbox.prices.timeframes import DAY, MINUTE, TIMEFRAMES, open_before, open_of
from backend.sandbox.state import StateDirectory
from backend.tests.sandbox.conftest import MOMENT, running, settings_for

HEADER = "timestamp,open,high,low,close,volume\n"


def write(directory, text, name="binance_BTC-USDT_1m.csv"):
    path = directory / name
    path.write_text(HEADER + text)
    return str(path)


def test_every_recorded_file_loads_and_answers(recorded_candles, tmp_path):
    files = sorted(recorded_candles.glob("*.csv.gz"))
    assert len(files) > 100
    for number, path in enumerate(files):
        state = StateDirectory(tmp_path / str(number))
        markets = build_markets(settings_for(tmp_path, candles=str(path)), state, MOMENT)
        state.close()
        [market] = [each for each in markets.values() if each.recorded]
        for timeframe in TIMEFRAMES:
            opened = open_before(timeframe, open_of(timeframe, MOMENT), 99)
            candles = market.path.candles(timeframe, opened, 100, MOMENT)
            assert (candles.low > 0).all(), (path.name, timeframe)
            assert (candles.low <= np.minimum(candles.open, candles.close)).all(), (path.name, timeframe)
            assert (candles.high >= np.maximum(candles.open, candles.close)).all(), (path.name, timeframe)
            assert (candles.volume >= 0).all(), (path.name, timeframe)
            assert (candles.quote >= 0).all(), (path.name, timeframe)


def test_the_recorded_rows_come_back_digit_for_digit(recorded_candles, tmp_path, clock):
    path = recorded_candles / "binance_ADA-BTC_1m.csv.gz"
    rows = gzip.decompress(path.read_bytes()).decode().splitlines()[1:]
    with running(settings_for(tmp_path / "state", candles=str(path)), clock) as sandbox:
        client = sandbox.binance()
        candles = client.fetch_ohlcv("ADA/BTC", "1m", limit=len(rows) + 1)[:-1]
        assert client.fetch_ticker("ADA/BTC")["last"] == candles[-1][4] or candles[-1][0] + MINUTE <= clock.moment
    assert [row[1:] for row in candles] == [[float(value) for value in row.split(",")[1:]] for row in rows]
    assert candles[-1][0] + MINUTE == clock.moment // MINUTE * MINUTE


def test_gaps_are_carried_flat_and_two_candles_in_one_place_are_joined(tmp_path):
    text = "0,1,3,1,2,5\n180000,4,5,4,4.5,1\n200000,4.5,9,0.5,6,2\n240000,6,6,6,6,\n"
    candles = load_recording(write(tmp_path, text)).candles
    assert candles.open.tolist() == [10, 20, 20, 40, 60]
    assert candles.high.tolist() == [30, 20, 20, 90, 60]
    assert candles.low.tolist() == [10, 20, 20, 5, 60]
    assert candles.close.tolist() == [20, 20, 20, 60, 60]
    assert candles.volume.tolist() == [5 * 10**8, 0, 0, 3 * 10**8, 0]


def test_a_symbol_may_be_named_in_the_setting(tmp_path):
    path = write(tmp_path, "0,1,1,1,1,1\n")
    assert load_recording(f"DOGE/USDC={path}").symbol == "DOGE/USDC"
    assert load_recording(write(tmp_path, "0,1,1,1,1,1\n", "x_XRP-USDT-PERP_5m_202401.csv")).symbol == "XRP/USDT"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("binance_BTC-USDT_1m.csv", "", "no candle"),
        ("binance_BTC-USDT_1m.csv", "0,1,1,1\n", "line 2"),
        ("binance_BTC-USDT_1m.csv", "0,1,1,1,1,1\n60000,1,x,1,1,1\n", "line 3"),
        ("binance_BTC-USDT_1m.csv", "0,1,0.5,1,1,1\n", "line 2"),
        ("binance_BTC-USDT_1m.csv", "0,0,1,0,1,1\n", "line 2"),
        ("binance_BTC-USDT_1m.csv", "0,NaN,1,1,1,1\n", "line 2"),
        ("binance_BTC-USDT_1m.csv", "0,1,1,1,1,-1\n", "line 2"),
        ("candles.csv", "0,1,1,1,1,1\n", "rename"),
        ("binance_BTC-USDT_1M.csv", "0,1,1,1,1,1\n", "rename"),
        ("binance_BTC-USDT_1s.csv", "0,1,1,1,1,1\n", "rename"),
    ],
)
def test_broken_files_are_refused_in_plain_words(tmp_path, name, text, words):
    path = write(tmp_path, text, name)
    with pytest.raises(StartupError, match=words) as refused:
        load_recording(path)
    assert name in str(refused.value)


def test_missing_damaged_and_doubled_files(tmp_path):
    with pytest.raises(StartupError, match="no file"):
        load_recording(str(tmp_path / "binance_BTC-USDT_1m.csv"))
    damaged = tmp_path / "binance_BTC-USDT_1m.csv.gz"
    damaged.write_bytes(b"not gzip")
    with pytest.raises(StartupError, match="cannot be read"):
        load_recording(str(damaged))
    (tmp_path / "binance_BTC-USDT_5m.csv").write_text("a,b\n1,2\n")
    with pytest.raises(StartupError, match="has to begin with"):
        load_recording(str(tmp_path / "binance_BTC-USDT_5m.csv"))
    twice = ",".join([write(tmp_path, "0,1,1,1,1,1\n"), write(tmp_path, "0,1,1,1,1,1\n", "kraken_BTC-USDT_1m.csv")])
    state = StateDirectory(tmp_path / "state")
    with pytest.raises(StartupError, match="twice"):
        build_markets(settings_for(tmp_path, candles=twice), state, MOMENT)
    state.close()


def test_a_recording_without_volume_still_trades(tmp_path, clock):
    path = write(tmp_path, "0,1.5,1.6,1.4,1.5,\n60000,1.5,1.6,1.4,1.5,\n", "x_ABC-USDT-MARK_1m.csv")
    with running(settings_for(tmp_path / "state", candles=path), clock) as sandbox:
        client = sandbox.binance(sandbox.create_key(balances={"USDT": "100"}))
        client.load_markets()
        assert client.fetch_ticker("ABC/USDT")["baseVolume"] == 0
        assert client.create_order("ABC/USDT", "market", "buy", 10)["status"] == "closed"
        assert client.fetch_trades("ABC/USDT") == []
        clock.moment += DAY
        assert client.fetch_ticker("ABC/USDT")["high"] == 1.6

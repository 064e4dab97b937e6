"""freqtrade's backtest, where its program is given: it lives in an environment of its own and asks an exchange for its
markets before it begins, which the sandbox answers, so that nothing leaves this machine."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.feather

from backend.trading.candles import Candles
from scripts.bench.workload import AMOUNT, BALANCE, FEE, LONG, SHORT, STOP, TARGET

PROGRAM = os.environ.get("FREQTRADE", "")
"""The path of the program `freqtrade`; empty where it is not to be measured."""

_STRATEGY = f"""
import talib.abstract as ta
from freqtrade.strategy import IStrategy


class Crossover(IStrategy):
    timeframe = "1m"
    stoploss = -{STOP}
    minimal_roi = {{"0": {TARGET}}}
    startup_candle_count = {LONG}

    def populate_indicators(self, frame, metadata):
        frame["short"], frame["long"] = ta.SMA(frame, timeperiod={SHORT}), ta.SMA(frame, timeperiod={LONG})
        return frame

    def populate_entry_trend(self, frame, metadata):
        frame.loc[(frame.short > frame.long) & (frame.short.shift(1) <= frame.long.shift(1)), "enter_long"] = 1
        return frame

    def populate_exit_trend(self, frame, metadata):
        frame.loc[(frame.short < frame.long) & (frame.short.shift(1) >= frame.long.shift(1)), "exit_long"] = 1
        return frame
"""


@dataclass(frozen=True)
class Measured:
    """Seconds of the backtest itself by its own log, without its start; and how many trades it made."""

    seconds: float
    trades: int


def backtest(candles: Candles) -> Measured:
    """Run it once over the candles. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder, _sandbox() as address:
        home = Path(folder)
        _write_files(home, candles, address)
        command = [PROGRAM, "backtesting", "--config", "config.json", "--userdir", ".", "--datadir", "data"]
        options = ["--strategy", "Crossover", "--fee", str(FEE), "--cache", "none"]
        done = subprocess.run([*command, *options], cwd=home, check=True, capture_output=True, text=True)
    moments = [datetime.fromisoformat(text) for text in re.findall(r"^(\S+ \S+),\d+ - ", done.stderr, re.MULTILINE)]
    begun = next(
        datetime.fromisoformat(match)
        for match in re.findall(r"^(\S+ \S+),\d+ - .*Running backtesting for Strategy", done.stderr, re.MULTILINE)
    )
    trades = re.search(r"Crossover\s*│\s*(\d+)", done.stdout)
    return Measured((max(moments) - begun).total_seconds(), int(trades[1]) if trades else 0)


def _write_files(home: Path, candles: Candles, address: str) -> None:
    paths = {"public": "/api/v3", "private": "/api/v3", "sapi": "/sapi/v1", "v1": "/api/v1"}
    exchange = {
        "urls": {"api": {name: f"{address}/binance{path}" for name, path in paths.items()}},
        "options": {"defaultType": "spot", "fetchMarkets": {"types": ["spot"]}},
    }
    pricing = {"price_side": "same", "use_order_book": False}
    config = {
        "max_open_trades": 1,
        "stake_currency": "USDT",
        "stake_amount": AMOUNT,
        "dry_run": True,
        "dry_run_wallet": BALANCE,
        "trading_mode": "spot",
        "timeframe": "1m",
        "dataformat_ohlcv": "feather",
        "exchange": {
            "name": "binance",
            "key": "",
            "secret": "",
            "pair_whitelist": ["BTC/USDT"],
            "pair_blacklist": [],
            "ccxt_config": exchange,
            "ccxt_async_config": exchange,
        },
        "pairlists": [{"method": "StaticPairList"}],
        "entry_pricing": pricing,
        "exit_pricing": pricing,
    }
    (home / "config.json").write_text(json.dumps(config))
    (home / "strategies").mkdir()
    (home / "strategies" / "crossover.py").write_text(_STRATEGY)
    (home / "data").mkdir()
    columns = {name: pa.array(candles[name].copy()) for name in ("open", "high", "low", "close", "volume")}
    dates = pa.array(candles["opened_at"].copy()).cast(pa.timestamp("ms", tz="UTC"))
    pa.feather.write_feather(pa.table({"date": dates, **columns}), home / "data" / "BTC_USDT-1m.feather")


@contextmanager
def _sandbox() -> Iterator[str]:
    """The sandbox exchange on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "SANDBOX_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.sandbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{address}/_sandbox/health", timeout=2).close()  # noqa: S310 - our own
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)

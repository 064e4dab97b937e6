"""The operator's commands: import, export, download, compact; each says what it did or what to do."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from backend.cli import compact_candles, download_candles, export_candles, import_candles
from backend.exchanges.errors import ExchangeBusy
from backend.exchanges.gateway import Gateway
from backend.foundation.platform import Platform
from backend.market_data.commands import copy_candles
from backend.market_data.holdings_board import HoldingsBoard
from backend.market_data.store import CandleStore
from backend.tests.market_data.made_candles import DAY, FOREVER, MINUTE, csv_of, made, moment
from backend.trading.candles import Candles

CANDLES = made(moment("2025-11-20"), 3000)
BTC = ("binance", "BTC/USDT", "1m")
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    # The database is migrated; roles belong to the whole cluster, which other test processes use at the same time.
    monkeypatch.setattr("backend.cli.migrate_database", lambda *_: None)

    def invoke(command: Any, *arguments: object) -> Result:
        with app.app_context():
            return CliRunner().invoke(command, [str(argument) for argument in arguments])

    return invoke


def stored(platform: Platform, exchange: str = "binance", symbol: str = "BTC/USDT", timeframe: str = "1m") -> Candles:
    with platform.database.as_tenant(None) as session:
        return CandleStore(session, platform.settings).read(exchange, symbol, timeframe, 0, FOREVER)


def test_files_come_in_and_out_as_they_were(run: Run, platform: Platform, tmp_path: Path) -> None:
    source = tmp_path / "binance_BTC-USDT_1m.csv.gz"
    source.write_bytes(gzip.compress(csv_of(np.delete(CANDLES, [7, 8]))))
    imported = run(import_candles, source)
    assert imported.exit_code == 0, imported.output
    assert "binance BTC/USDT 1m: 2998 candles, 2025-11-20 00:00 UTC to 2025-11-22 01:59 UTC" in imported.stdout
    assert "gaps: 1, candles missing: 2, longest: 2 after 2025-11-20 00:06 UTC" in imported.stdout
    assert source.name in imported.stderr
    assert stored(platform).tobytes() == np.delete(CANDLES, [7, 8]).tobytes()
    assert "new: 0, already stored: 2998" in run(import_candles, source).stdout
    assert [one.count for one in HoldingsBoard(platform).holdings()] == [2998]
    for form in ("csv", "csv.gz", "parquet"):
        target = tmp_path / f"out.{form}"
        exported = run(export_candles, *BTC, target)
        assert exported.output == f"{target}: 2998 candles.\n"
        again = run(
            import_candles, target, "--exchange", "copied", "--symbol", form.upper() + "/X", "--timeframe", "1m"
        )
        assert again.exit_code == 0, again.output
        assert stored(platform, "copied", f"{form.upper()}/X").tobytes() == stored(platform).tobytes()


def test_nothing_of_a_broken_file_comes_in(run: Run, platform: Platform, tmp_path: Path) -> None:
    broken, sound = tmp_path / "binance_BTC-USDT_1m.csv", tmp_path / "binance_ETH-USDT_1m.csv"
    broken.write_bytes(csv_of(CANDLES) + b"broken\n")
    sound.write_bytes(csv_of(CANDLES))
    refused = run(import_candles, broken, sound)
    assert refused.exit_code == 1
    assert "binance_BTC-USDT_1m.csv: refused, nothing imported.\n  line 3002: 1 columns" in refused.stderr
    assert len(stored(platform)) == 0
    assert len(stored(platform, symbol="ETH/USDT")) == 3000


def test_columns_can_be_told(run: Run, platform: Platform, tmp_path: Path) -> None:
    rows = (
        f"{close!r}|{low!r}|{high!r}|{open_!r}|{at // 1000}\n" for at, open_, high, low, close, _ in CANDLES.tolist()
    )
    source = tmp_path / "what.txt"
    source.write_text("C|L|H|O|T\n" + "broken\n" + "".join(rows))
    told = ("--exchange", "binance", "--symbol", "BTC/USDT", "--timeframe", "1m", "--delimiter", "|")
    columns = ("--columns", "time=T,open=O,high=H,low=L,close=C", "--time-format", "s")
    refused = run(import_candles, source, *told, *columns)
    assert (refused.exit_code, len(stored(platform))) == (1, 0)
    assert "line 2: 1 columns" in refused.stderr
    imported = run(import_candles, source, *told, *columns, "--skip-broken")
    assert imported.exit_code == 0, imported.output
    assert "left out because they are no candles: 1" in imported.stdout
    assert "without a volume (stored as 0): 3000" in imported.stdout
    assert stored(platform)["close"].tolist() == CANDLES["close"].tolist()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--columns", "time=1"), "only volume may be missing"),
        (("--delimiter", "xx"), "one character"),
        (("--timeframe", "7m"), "is not one of"),
        (("--exchange", "upload"), "no name of an exchange"),
        (("--exchange", "Binance"), "in lower case"),
        (("--format", "xlsx"), "is not one of"),
    ],
)
def test_senseless_imports_are_refused(
    run: Run, platform: Platform, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    source = tmp_path / "binance_BTC-USDT_1m.csv"
    source.write_bytes(csv_of(CANDLES))
    refused = run(import_candles, source, *options)
    assert refused.exit_code != 0
    assert words in refused.output
    assert len(stored(platform)) == 0


def test_a_period_is_exported_at_any_time_frame(run: Run, platform: Platform, tmp_path: Path) -> None:
    with platform.database.across_tenants("test") as session:
        copy_candles(session, *BTC, [CANDLES])
    target = tmp_path / "hours.csv"
    run(export_candles, "binance", "BTC/USDT", "1h", target, "--from", "2025-11-20T10:00:00Z", "--to", "2025-11-21")
    lines = target.read_text().splitlines()
    assert lines[0] == "timestamp,open,high,low,close,volume"
    assert [int(line.split(",")[0]) for line in lines[1:]] == [
        moment(f"2025-11-20 {hour}:00") for hour in range(10, 24)
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*BTC, "out.xlsx"), "must end with one of: csv, csv.gz, parquet"),
        ((*BTC, "out.csv", "--from", "soon"), "must be a date"),
        ((*BTC, "out.csv", "--from", "2026-01-01"), "No candles of this market"),
        (("binance", "ETH/USDT", "1m", "out.csv"), "Download or import them first"),
        (("mtgox", "BTC/USDT", "1m", "out.csv"), "exchange “mtgox”"),
        (("binance", "BTC/USDT", "7m", "out.csv"), "is not one of"),
    ],
)
def test_an_export_of_nothing_says_so(
    run: Run,
    platform: Platform,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with platform.database.across_tenants("test") as session:
        copy_candles(session, *BTC, [CANDLES])
    refused = run(export_candles, *arguments)
    assert refused.exit_code != 0
    assert words in refused.output
    assert list(tmp_path.iterdir()) == []


def test_a_download_fetches_what_is_missing(run: Run, platform: Platform) -> None:
    period = ("--from", "2026-02-01", "--to", "2026-02-03")
    done = run(download_candles, *BTC, *period)
    assert done.exit_code == 0, done.output
    assert done.stdout == "binance BTC/USDT 1m: 2880 new candles.\n"
    assert "binance BTC/USDT 1m" in done.stderr
    first = moment("2026-02-01")
    assert stored(platform)["opened_at"].tolist() == list(range(first, first + 2 * DAY, MINUTE))
    assert "0 new candles" in run(download_candles, *BTC, *period).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mtgox", "BTC/USDT", "1m", "--from", "2026-02-01"), "no exchange “mtgox”"),
        (("binance", "BTC/NOTHING", "1m", "--from", "2026-02-01"), "no market BTC/NOTHING"),
        ((*BTC, "--from", "2027-02-01"), "in the past"),
        ((*BTC,), "Missing option '--from'"),
    ],
)
def test_senseless_downloads_are_refused(run: Run, arguments: tuple[str, ...], words: str) -> None:
    refused = run(download_candles, *arguments)
    assert refused.exit_code != 0
    assert words in refused.output


def test_an_exchange_that_fails_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> Candles:
        raise ExchangeBusy("The exchange did not answer.")

    monkeypatch.setattr(Gateway, "candles", busy)
    monkeypatch.setattr("backend.market_data.downloads.fetching._PAUSES", ())
    failed = run(download_candles, *BTC, "--from", "2026-02-01")
    assert failed.exit_code == 1
    assert "Error: The exchange did not answer." in failed.stderr


def test_compaction_can_be_had_at_once(run: Run, platform: Platform) -> None:
    with platform.database.across_tenants("test") as session:
        copy_candles(session, *BTC, [CANDLES])
    assert f"\n3000 candles moved to {platform.settings.candle_store}." in run(compact_candles).stdout
    assert f"\n0 candles moved to {platform.settings.candle_store}." in run(compact_candles).stdout
    assert stored(platform).tobytes() == CANDLES.tobytes()

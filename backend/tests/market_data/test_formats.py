"""Files of every format are read alike; what is broken is named, and what would burst is not unpacked."""

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from backend.market_data.exports import MEDIA_TYPES, write_export
from backend.market_data.importers import (
    ColumnMapping,
    Limits,
    ReadingOptions,
    Recording,
    RecordingError,
    RowsRefused,
    UnknownContent,
    read_recording,
)
from backend.market_data.importers.feather_size import largest_unpacked_size
from backend.market_data.importers.parquet_size import largest_unpacked_pages
from backend.market_data.parquet_tables import to_table, write_parquet
from backend.tests.market_data.made_candles import MINUTE, csv_of, made, moment
from backend.trading.candles import Candles

FIRST = moment("2025-01-01")
CANDLES = made(FIRST, 300)
COLUMNS = ("opened_at", "open", "high", "low", "close", "volume")
MEBIBYTE = 1024**2


def read(path: Path, content: bytes, **options: Any) -> Recording:
    path.write_bytes(content)
    return read_recording(path, "binance", "BTC/USDT", "1m", options=ReadingOptions(**options))


def binance_dump(candles: Candles, header: bool, scale: int) -> bytes:
    names = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy,taker_buy_quote,ignore\n"
    rows = (
        f"{opened_at * scale},{','.join(map(repr, numbers))},{(opened_at + MINUTE - 1) * scale},1,1,1,1,0\n"
        for opened_at, *numbers in candles.tolist()
    )
    return ((names if header else "") + "".join(rows)).encode()


def without_content(value: object) -> str | None:
    """A test's name must not hold its bytes: archives carry the time at which they were made."""
    return "content" if isinstance(value, bytes) else None


def zipped(content: bytes, name: str = "a.csv") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def freqtrade_frame(candles: Candles) -> pd.DataFrame:
    frame = pd.DataFrame({name: candles[name] for name in COLUMNS}).rename(columns={"opened_at": "date"})
    frame["date"] = pd.to_datetime(frame["date"], unit="ms", utc=True)
    return frame


def feathered(candles: Candles, compression: str = "lz4") -> bytes:
    target = io.BytesIO()
    feather.write_feather(pa.Table.from_pandas(freqtrade_frame(candles)), target, compression=compression)
    return target.getvalue()


def parqueted(table: pa.Table, **options: Any) -> bytes:
    target = io.BytesIO()
    pq.write_table(table, target, **options)
    return target.getvalue()


def own_parquet(candles: Candles) -> bytes:
    target = io.BytesIO()
    write_parquet(candles, target)
    return target.getvalue()


def freqtrade_json(candles: Candles) -> bytes:
    return json.dumps(candles.tolist()).encode()


def in_seconds(candles: Candles) -> bytes:
    rows = (f"{opened_at // 1000},{','.join(map(repr, numbers))}\n" for opened_at, *numbers in candles.tolist())
    return ("unix,open,high,low,close,volume\n" + "".join(rows)).encode()


def in_words(candles: Candles) -> bytes:
    times = pd.to_datetime(candles["opened_at"], unit="ms").strftime("%Y-%m-%d %H:%M:%S")
    rows = (
        f"{time},{','.join(map(repr, numbers))}\n" for time, (_, *numbers) in zip(times, candles.tolist(), strict=True)
    )
    return ("Date,Open,High,Low,Close,Volume\n" + "".join(rows)).encode()


MAKERS: dict[str, Callable[[Candles], bytes]] = {
    "own.csv": csv_of,
    "own.csv.gz": lambda candles: gzip.compress(csv_of(candles)),
    "bom.csv": lambda candles: b"\xef\xbb\xbf" + csv_of(candles).replace(b"\n", b"\r\n"),
    "headless.csv": lambda candles: csv_of(candles).split(b"\n", 1)[1],
    "dump.zip": lambda candles: zipped(binance_dump(candles, header=False, scale=1)),
    "dump-with-header.zip": lambda candles: zipped(binance_dump(candles, header=True, scale=1)),
    "dump-of-2025.csv": lambda candles: binance_dump(candles, header=False, scale=1000),
    "seconds.csv": in_seconds,
    "iso.csv": in_words,
    "freqtrade.feather": feathered,
    "freqtrade-plain.feather": lambda candles: feathered(candles, "uncompressed"),
    "freqtrade-zstd.feather": lambda candles: feathered(candles, "zstd"),
    "freqtrade.json": freqtrade_json,
    "freqtrade.json.gz": lambda candles: gzip.compress(freqtrade_json(candles)),
    "freqtrade.parquet": lambda candles: parqueted(pa.Table.from_pandas(freqtrade_frame(candles))),
    "own.parquet": own_parquet,
    "numbers-as-time.parquet": lambda candles: parqueted(
        pa.table({name if name != "opened_at" else "time": candles[name] for name in COLUMNS})
    ),
}


@pytest.mark.parametrize("name", MAKERS)
def test_every_format_gives_the_same_numbers(tmp_path: Path, name: str) -> None:
    recording = read(tmp_path / name, MAKERS[name](CANDLES))
    assert recording.candles.tobytes() == CANDLES.tobytes()
    assert (recording.duplicates, recording.without_volume, recording.off_grid) == (0, 0, 0)
    assert recording.gaps.gaps == ()


@pytest.mark.parametrize("name", MAKERS)
def test_a_format_is_found_out_by_content_where_the_name_is_silent(tmp_path: Path, name: str) -> None:
    assert read(tmp_path / "candles", MAKERS[name](CANDLES)).candles.tobytes() == CANDLES.tobytes()


@pytest.mark.parametrize("name", ["own.csv", "dump.zip", "freqtrade.feather", "freqtrade.json", "own.parquet"])
def test_duplicates_order_gaps_and_the_grid_are_noticed(tmp_path: Path, name: str) -> None:
    mixed = np.concatenate((CANDLES[200:], CANDLES[:150], CANDLES[20:25]))
    mixed["opened_at"][0] += 7
    recording = read(tmp_path / name, MAKERS[name](mixed))
    expected = np.concatenate((CANDLES[:150], CANDLES[200:]))
    expected["opened_at"][150] += 7
    assert recording.candles.tobytes() == expected.tobytes()
    assert (recording.duplicates, recording.off_grid, recording.gaps.total) == (5, 1, 50)
    assert "duplicates in the file: 5" in recording.report(3)
    assert "opened off the grid of 1m: 1" in recording.report(3)


@pytest.mark.parametrize(
    ("name", "unit", "shift"),
    [
        ("own.csv", "line", 2),
        ("headless.csv", "line", 1),
        ("freqtrade.feather", "row", 1),
        ("freqtrade.json", "row", 1),
    ],
)
def test_broken_rows_are_numbered_and_can_be_left_out(tmp_path: Path, name: str, unit: str, shift: int) -> None:
    broken = CANDLES.copy()
    broken["close"][7] = -1
    broken["high"][9] = broken["low"][9] / 2
    content = MAKERS[name](broken)
    with pytest.raises(RowsRefused) as refused:
        read(tmp_path / name, content)
    assert [row.number for row in refused.value.rows.shown] == [7 + shift, 9 + shift]
    assert f"{unit} {7 + shift}: a price is not above zero" in str(refused.value)
    kept = read(tmp_path / name, content, skip_broken=True)
    assert kept.candles.tobytes() == np.delete(CANDLES, [7, 9]).tobytes()
    assert kept.refused.count == 2
    assert "left out because they are no candles: 2" in kept.report(0)


def test_a_file_of_broken_rows_alone_is_refused_though_they_may_be_left_out(tmp_path: Path) -> None:
    with pytest.raises(RowsRefused, match="and 280 more broken lines") as refused:
        read(tmp_path / "a.csv", b"timestamp,open,high,low,close,volume\n" + b"x\n" * 300, skip_broken=True)
    assert len(refused.value.rows.shown) == 20


@pytest.mark.parametrize("name", ["own.csv", "freqtrade.feather", "freqtrade.json"])
def test_a_missing_volume_counts_as_none(tmp_path: Path, name: str) -> None:
    without = CANDLES.copy()
    without["volume"][:4] = np.nan
    content = MAKERS[name](without).replace(b"NaN", b"null").replace(b",nan\n", b",\n")
    recording = read(tmp_path / name, content)
    assert recording.without_volume == 4
    assert recording.candles["volume"][:5].tolist() == [0, 0, 0, 0, CANDLES["volume"][4]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pa.table({"time": [1]}), "no column open"),
        (pa.table({"open": [1.0]}), "no column of times"),
        (to_table(CANDLES).set_column(1, "open", pa.array(["1"] * 300)), "open holds no numbers but string"),
        (to_table(CANDLES).set_column(0, "opened_at", pa.array(["1"] * 300)), "opened_at holds no times but string"),
        (to_table(CANDLES).set_column(0, "date", pa.array([None] * 300, pa.timestamp("ms"))), "rows without a time"),
        (to_table(CANDLES).set_column(1, "open", pa.array([[1.0]] * 300)), "open holds no numbers but list"),
    ],
)
@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_wrong_columns_are_named(tmp_path: Path, content: pa.Table, words: str, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    if ending == "parquet":
        pq.write_table(content, path)
    else:
        feather.write_feather(content, str(path))
    with pytest.raises(RecordingError, match=words):
        read_recording(path, "binance", "BTC/USDT", "1m")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", b'{"a": 1}', "must hold a list"),
        ("a.json", b"[[1, 2", "cannot be read"),
        ("a.json", b"[" * 100_000, "cannot be read"),
        ("a.json", b"[1, [], {}]", "row 2: a candle has"),
        ("a.json", b'[["x", 1, 1, 1, 1, 1]]', "row 1: not all numbers"),
        ("a.zip", zipped(b"")[:30], "cannot be read"),
        ("a.feather", b"ARROW1\0\0" + bytes(100), "its end is missing"),
        ("a.feather", feathered(CANDLES)[:-400], "its end is missing"),
        ("a.parquet", own_parquet(CANDLES)[:-100], "cannot be read"),
        ("a.parquet", b"PAR1" + bytes(5), "cannot be read"),
        ("a.csv", b"A,B,C,D,E,F\n1,2,3,4,5,6\n", "header is not understood: a, b, c"),
        ("a.csv", b"", "no candles"),
        ("a.csv", b"\n\n", "no candles"),
        ("a.csv", b"\0\1\2", "line 1"),
        ("a", b"\xff\xfe", "cannot be read"),
        ("a.feather.gz", gzip.compress(feathered(CANDLES)), "packed already"),
    ],
    ids=without_content,
)
def test_unusable_content_is_told(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(RecordingError, match=words):
        read(tmp_path / name, content)


def test_an_archive_of_several_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", csv_of(CANDLES))
        archive.writestr("b.csv", csv_of(CANDLES))
    with pytest.raises(RecordingError, match="holds 2 files"):
        read_recording(path, "binance", "BTC/USDT", "1m")


@pytest.mark.parametrize(
    ("mapping", "content"),
    [
        (
            ColumnMapping.parse("time=T,open=O,high=H,low=L,close=C,volume=V"),
            "T,x,O,H,L,C,V\n{0},x,{1},{2},{3},{4},{5}\n",
        ),
        (ColumnMapping.parse("time=1,open=3,high=4,low=5,close=6,volume=7"), "{0},x,{1},{2},{3},{4},{5}\n"),
        (
            ColumnMapping.parse("time=1,open=3,high=4,low=5,close=6,volume=7"),
            "T,x,O,H,L,C,V\n{0},x,{1},{2},{3},{4},{5}\n",
        ),
        (ColumnMapping.parse("", delimiter="tab"), "date\topen\thigh\tlow\tclose\tvol\n{0}\t{1}\t{2}\t{3}\t{4}\t{5}\n"),
        (ColumnMapping.parse("", "ms", ";"), "time;o;h;l;c;v\n{0};{1};{2};{3};{4};{5}\n"),
    ],
)
def test_tables_of_any_columns_are_read(tmp_path: Path, mapping: ColumnMapping, content: str) -> None:
    lines = content.splitlines(keepends=True)
    rows = "".join(lines[-1].format(*row) for row in CANDLES.tolist())
    recording = read(tmp_path / "a.csv", ("".join(lines[:-1]) + rows).encode(), mapping=mapping)
    assert recording.candles.tobytes() == CANDLES.tobytes()


@pytest.mark.parametrize(
    ("columns", "time_format", "delimiter", "field"),
    [
        ("time=1,open=2", "auto", ",", "columns"),
        ("time=1,open=2,high=3,low=4,close=5,price=6", "auto", ",", "columns"),
        ("time=1,time=2,open=2,high=3,low=4,close=5", "auto", ",", "columns"),
        ("what", "auto", ",", "columns"),
        ("", "days", ",", "time_format"),
        ("", "auto", "", "delimiter"),
        ("", "auto", "\n", "delimiter"),
    ],
)
def test_a_senseless_mapping_is_refused(columns: str, time_format: str, delimiter: str, field: str) -> None:
    with pytest.raises(RecordingError) as refused:
        ColumnMapping.parse(columns, time_format, delimiter)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("binance_BTC-USDT_1h.csv.gz", ("binance", "BTC/USDT", "1h")),
        ("bittrex_ADA-BTC_5m_201807.csv.gz", ("bittrex", "ADA/BTC", "5m")),
        ("kraken_BTC-EUR_1d_2024-01-01_2024-12-31.parquet", ("kraken", "BTC/EUR", "1d")),
        ("ftx_BTC-USD-PERP_1m.csv.gz", ("ftx", "BTC/USD:USD", "1m")),
        ("ETHBTC-3m-2024-01-31.zip", ("binance", "ETH/BTC", "3m")),
        ("ETH_USDT-15m.feather", ("kraken", "ETH/USDT", "15m")),
        ("ETH_USDT_USDT-1h-futures.json", ("kraken", "ETH/USDT:USDT", "1h")),
    ],
)
def test_a_name_tells_the_market(tmp_path: Path, name: str, told: tuple[str, str, str]) -> None:
    length = {"1m": 1, "3m": 3, "5m": 5, "15m": 15, "1h": 60, "1d": 1440}[told[2]]
    candles = CANDLES.copy()
    candles["opened_at"] = FIRST + np.arange(300) * length * MINUTE
    ending = name.split(".", 1)[1]
    makers = {"csv.gz": "own.csv.gz", "parquet": "own.parquet", "zip": "dump.zip", "feather": "freqtrade.feather"}
    path = tmp_path / name
    path.write_bytes(MAKERS[makers.get(ending, "freqtrade.json")](candles))
    # freqtrade's names leave the exchange to the folder, or to whoever imports.
    given = None if told[0] in name or "BTC-3m" in name else told[0]
    recording = read_recording(path, given)
    assert (recording.exchange, recording.symbol, recording.timeframe) == told


def test_mark_prices_do_not_pass_for_trades(tmp_path: Path) -> None:
    path = tmp_path / "unknown_XRP-USDT-MARK_1h.csv.gz"
    path.write_bytes(gzip.compress(csv_of(CANDLES)))
    with pytest.raises(UnknownContent) as unknown:
        read_recording(path)
    assert unknown.value.missing == ("symbol",)


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_an_export_reads_back_and_exports_the_same_again(tmp_path: Path, form: str) -> None:
    target = tmp_path / f"binance_BTC-USDT_1m.{form}"
    assert write_export(target, [CANDLES[:100], CANDLES[100:]], form) == 300
    recording = read_recording(target)
    assert recording.candles.tobytes() == CANDLES.tobytes()
    again = tmp_path / f"again.{form}"
    write_export(again, [recording.candles[:100], recording.candles[100:]], form)
    assert again.read_bytes() == target.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_export_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def parts() -> Any:
        yield CANDLES[:100]
        raise RuntimeError("the store is gone")

    with pytest.raises(RuntimeError):
        write_export(tmp_path / "a.csv", parts(), "csv")
    assert list(tmp_path.iterdir()) == []


def bomb_rows(count: int) -> bytes:
    return b"1735689600000,1,1,1,1,1\n" * count


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv.gz", gzip.compress(bomb_rows(1_000_000))),
        ("a.zip", zipped(bomb_rows(1_000_000))),
        ("a.json.gz", gzip.compress(b"[" + b"[1735689600000,1,1,1,1,1]," * 1_000_000)),
        ("a", gzip.compress(bytes(20 * MEBIBYTE))),
    ],
    ids=without_content,
)
def test_a_bomb_is_not_unpacked(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(RecordingError, match="hundreds of times its size"):
        read(tmp_path / name, content)


@pytest.mark.parametrize(
    "name", ["own.csv", "own.csv.gz", "dump.zip", "freqtrade.json", "freqtrade.feather", "own.parquet"]
)
def test_what_unpacks_beyond_the_limit_is_refused(tmp_path: Path, name: str) -> None:
    many = made(FIRST, 40_000)
    with pytest.raises(RecordingError, match="unpacks to more than 1 MiB"):
        read(tmp_path / name, MAKERS[name](many), limits=Limits(unpacked=MEBIBYTE))


def test_a_feather_buffer_that_claims_a_terabyte_is_believed_but_not_unpacked(tmp_path: Path) -> None:
    content = bytearray(feathered(CANDLES))
    size = struct.pack("<q", CANDLES["open"].nbytes)
    assert content.count(size) >= 5
    path = tmp_path / "a.feather"
    path.write_bytes(content.replace(size, struct.pack("<q", 2**40)))
    assert largest_unpacked_size(path) > 2**40
    with pytest.raises(RecordingError, match="unpacks to more than 2048 MiB"):
        read_recording(path, "binance", "BTC/USDT", "1m")


def test_a_repeated_value_in_parquet_counts_as_its_rows(tmp_path: Path) -> None:
    count = 3_000_000
    table = pa.table({name: np.ones(count) for name in COLUMNS[1:]} | {"time": np.full(count, FIRST)})
    content = parqueted(table, compression="zstd")
    assert len(content) < MEBIBYTE
    with pytest.raises(RecordingError, match="unpacks to more than 100 MiB"):
        read(tmp_path / "a.parquet", content, limits=Limits(unpacked=100 * MEBIBYTE))


def test_a_parquet_page_is_measured_by_its_own_header(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(to_table(made(FIRST, 50_000)), path, compression="zstd", data_page_size=65_536)
    footer = pq.ParquetFile(path).metadata
    group = footer.row_group(0)
    told = sum(group.column(index).total_uncompressed_size for index in range(6))
    measured = largest_unpacked_pages(path, footer, COLUMNS)
    # The footer counts the pages' headers as well.
    assert told * 0.98 < measured < told
    assert largest_unpacked_pages(path, footer, ("open",)) < measured / 4


@pytest.mark.parametrize("damage", [b"\xff" * 32, bytes(32), b"\x19" * 32])
def test_damaged_pages_are_told(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "a.parquet"
    content = bytearray(own_parquet(CANDLES))
    content[4 : 4 + len(damage)] = damage
    path.write_bytes(content)
    with pytest.raises(RecordingError, match="cannot be read"):
        read_recording(path, "binance", "BTC/USDT", "1m")

"""The archive: past months of candles as Parquet files in a folder or object store, one file a market and month."""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote
from uuid import uuid4

import fsspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from backend.foundation.errors import ApplicationError
from backend.market_data.parquet_tables import COLUMNS, SCHEMA, to_candles, write_parquet
from backend.trading.candles import CANDLE, Candles

Given = TypeVar("Given")
Taken = TypeVar("Taken")

_EXCHANGE = "exchange="
_PARTIAL = ".part"
_THREADS = 8
_MOST_KNOWN_FILES = 200_000
_FILE_NAME = re.compile(
    r"exchange=(?P<exchange>[^/]+)/symbol=(?P<symbol>[^/]+)/timeframe=(?P<timeframe>[^/]+)"
    r"/(?P<month>\d{4}-\d{2})\.parquet\Z"
)


class ArchiveUnusable(ApplicationError):
    """CANDLE_STORE_URL names a place that cannot be used."""

    code = "CANDLE_STORE_UNUSABLE"
    status = 503


class ArchiveDamaged(ApplicationError):
    """A file of the archive is not what was written."""

    code = "CANDLE_STORE_DAMAGED"
    status = 500

    def __init__(self, path: str, what: str) -> None:
        super().__init__(
            f"The stored candles {path} cannot be read ({what})."
            " The operator must restore that file, or delete it and import its month again."
        )


@dataclass(frozen=True, order=True)
class MarketFrame:
    """One market at one time frame: what a series of candles is stored under."""

    exchange: str
    symbol: str
    timeframe: str

    def __str__(self) -> str:
        return f"{self.exchange} {self.symbol} {self.timeframe}"


@dataclass(frozen=True)
class ArchivedMonth:
    """What one file holds; `first` and `last` are open times in milliseconds."""

    frame: MarketFrame
    month: str
    first: int
    last: int
    count: int
    size: int


# What the footers of files say, for as long as a file keeps its size and time: footers are read once a process.
_known: dict[tuple[str, str, int, str], tuple[int, int, int]] = {}


class CandleArchive:
    """Reads and writes the archive under one address."""

    def __init__(self, url: str) -> None:
        """`url`: a folder or any fsspec address. Raises ArchiveUnusable for one that fsspec cannot open."""
        try:
            # Another process writes too: a remembered listing would hide its files.
            self._files, root = fsspec.url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise ArchiveUnusable(f"CANDLE_STORE_URL cannot be used: {error}") from None
        self._root = str(root).rstrip("/")
        self._url = url
        self._is_local = "file" in _protocols(self._files)

    def read(self, frame: MarketFrame, start: int, end: int) -> Candles:
        """The archived candles that open from `start` to before `end` (ms), oldest first. Raises ArchiveDamaged."""
        if start >= end:
            return np.empty(0, dtype=CANDLE)
        first, last = month_of(start), month_of(end - 1)
        months = [month for month in self.months_of(frame) if first <= month <= last]
        candles = self._read_months(frame, months)
        opened_at = candles["opened_at"]
        if not (np.diff(opened_at) > 0).all():
            raise ArchiveDamaged(self._folder(frame), "its months overlap or are out of order")
        return candles[np.searchsorted(opened_at, start) : np.searchsorted(opened_at, end)]

    def read_month(self, frame: MarketFrame, month: str) -> Candles:
        """The candles of one month such as 2024-01, or none."""
        return self._read_months(frame, [month] if month in self.months_of(frame) else [])

    def merge_month(self, frame: MarketFrame, month: str, candles: Candles) -> int:
        """Add candles of one month, in order; those already there stay. Returns how many were new.

        The file is replaced whole. Two writers of one month must take turns; the caller holds a lock.
        """
        held = self.read_month(frame, month)
        fresh = candles[~np.isin(candles["opened_at"], held["opened_at"])]
        if len(fresh):
            merged = np.concatenate((held, fresh))
            merged.sort(order="opened_at", kind="stable")
            self._write_file(self._path(frame, month), merged)
        return len(fresh)

    def months_of(self, frame: MarketFrame) -> list[str]:
        """The months that have a file, such as 2024-01, in order."""
        matches = (_FILE_NAME.search(name) for name in self._names(self._folder(frame)))
        return sorted(match["month"] for match in matches if match)

    def exchanges(self) -> list[str]:
        """The names of everything that has a folder of its own."""
        folders = (name.rpartition("/")[2] for name in self._names(self._root))
        return sorted(_unquoted(name.removeprefix(_EXCHANGE)) for name in folders if name.startswith(_EXCHANGE))

    def months(self, exchange: str, symbol: str | None = None) -> list[ArchivedMonth]:
        """What every file of an exchange, or of one of its markets, holds. Raises ArchiveDamaged."""
        folder = f"{self._root}/{_EXCHANGE}{_quoted(exchange)}"
        if symbol is not None:
            folder += f"/symbol={_quoted(symbol)}"
        listed = self._found(folder)
        found = [(path, facts) for path, facts in listed.items() if _FILE_NAME.search(path)]
        return [one for one in _in_parallel(lambda one: self._describe(*one), found) if one is not None]

    def usage(self, exchange: str) -> tuple[int, int]:
        """How many files an exchange has, and how many bytes they take."""
        listed = self._found(f"{self._root}/{_EXCHANGE}{_quoted(exchange)}")
        return len(listed), sum(int(facts["size"]) for facts in listed.values())

    def remove(self, frame: MarketFrame) -> int:
        """Delete every month of a market at one time frame; returns how many there were."""
        months = self.months_of(frame)
        with self._answering():
            for month in months:
                self._files.rm_file(self._path(frame, month))
        return len(months)

    def remove_leftovers(self, before: datetime) -> int:
        """Delete what writers that died before this moment left half written; returns how many files."""
        halves = [path for path in self._found(self._root) if path.endswith(_PARTIAL)]
        with self._answering():
            leftovers = [path for path in halves if self._files.modified(path) < before]
            for path in leftovers:
                self._files.rm_file(path)
        return len(leftovers)

    def _folder(self, frame: MarketFrame) -> str:
        parts = (f"{_EXCHANGE}{_quoted(frame.exchange)}", f"symbol={_quoted(frame.symbol)}")
        return "/".join((self._root, *parts, f"timeframe={_quoted(frame.timeframe)}"))

    def _path(self, frame: MarketFrame, month: str) -> str:
        return f"{self._folder(frame)}/{month}.parquet"

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Tell in our words that the store does not do as it is asked. A file that is not there is no such trouble."""
        try:
            yield
        except (FileNotFoundError, ApplicationError):
            raise
        except OSError as error:
            raise ArchiveUnusable(f"The place that CANDLE_STORE_URL names cannot be used: {error}") from error
        except Exception as error:
            # Each kind of object store has exceptions of its own.
            if self._is_local:
                raise
            raise ArchiveUnusable(f"The place that CANDLE_STORE_URL names does not answer: {error}") from error

    def _names(self, folder: str) -> list[str]:
        try:
            with self._answering():
                return [str(name).rstrip("/") for name in self._files.ls(folder, detail=False)]
        except FileNotFoundError:
            return []

    def _found(self, folder: str) -> dict[str, dict[str, Any]]:
        try:
            with self._answering():
                found: dict[str, dict[str, Any]] = self._files.find(folder, detail=True)
                return found
        except FileNotFoundError:
            return {}

    def _read_months(self, frame: MarketFrame, months: list[str]) -> Candles:
        return to_candles(_in_parallel(lambda month: self._read_file(self._path(frame, month)), months))

    def _open(self, path: str) -> Any:
        # A folder is mapped into memory; from an object store the whole file comes in one request.
        if self._is_local:
            return pa.memory_map(path)
        with self._answering():
            return pa.BufferReader(self._files.cat_file(path))

    def _read_file(self, path: str) -> Any:
        try:
            with self._open(path) as source:
                table = pq.ParquetFile(source).read(columns=list(COLUMNS), use_threads=False)
        except FileNotFoundError:
            # Deleted since it was listed.
            return SCHEMA.empty_table()
        except (pa.ArrowException, OSError, KeyError) as error:
            raise ArchiveDamaged(self._short(path), str(error).split("\n")[0][:120]) from error
        if not table.schema.equals(SCHEMA):
            raise ArchiveDamaged(self._short(path), "its columns are not those of candles")
        return table

    def _write_file(self, path: str, candles: Candles) -> None:
        folder, _, name = path.rpartition("/")
        # Readers see the old file or the new one, whenever this process dies.
        partial = f"{folder}/.{name}.{uuid4().hex}{_PARTIAL}"
        with self._answering():
            self._files.makedirs(folder, exist_ok=True)
            with self._files.open(partial, "wb") as target:
                write_parquet(candles, target)
                if self._is_local:
                    target.flush()
                    os.fsync(target.fileno())
            if self._is_local:
                Path(partial).replace(path)
                _flush_folder(folder)
            else:
                self._files.mv(partial, path)

    def _describe(self, path: str, facts: dict[str, Any]) -> ArchivedMonth | None:
        match = _FILE_NAME.search(path)
        assert match is not None
        size = int(facts["size"])
        changed = str(facts.get("ETag") or facts.get("mtime") or facts.get("LastModified") or facts.get("created"))
        key = (self._url, path, size, changed)
        if key not in _known:
            if len(_known) >= _MOST_KNOWN_FILES:
                _known.clear()
            try:
                _known[key] = self._extent(path)
            except FileNotFoundError:
                # Deleted since it was listed.
                return None
        first, last, count = _known[key]
        frame = MarketFrame(_unquoted(match["exchange"]), _unquoted(match["symbol"]), _unquoted(match["timeframe"]))
        return ArchivedMonth(frame, match["month"], first, last, count, size)

    def _extent(self, path: str) -> tuple[int, int, int]:
        with self._answering():
            footer = self._read_footer(path)
        groups = [footer.row_group(index).column(0).statistics for index in range(footer.num_row_groups)]
        if not groups or any(group is None or not group.has_min_max for group in groups):
            raise ArchiveDamaged(self._short(path), "its footer does not tell what it holds")
        first, last = min(group.min for group in groups), max(group.max for group in groups)
        return _milliseconds(first), _milliseconds(last), int(footer.num_rows)

    def _read_footer(self, path: str) -> Any:
        try:
            # From an object store only the end of the file comes.
            with self._files.open(path, "rb") as source:
                return pq.ParquetFile(source).metadata
        except FileNotFoundError:
            raise
        except (pa.ArrowException, OSError) as error:
            raise ArchiveDamaged(self._short(path), str(error).split("\n")[0][:120]) from error

    def _short(self, path: str) -> str:
        return path.removeprefix(self._root).lstrip("/")


def _flush_folder(folder: str) -> None:
    # Compaction deletes rows for good, so a file's name must outlive a power cut as its content does.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def month_of(moment: int) -> str:
    """The month of a moment (ms), such as 2024-01."""
    return datetime.fromtimestamp(moment / 1000, UTC).strftime("%Y-%m")


def split_months(candles: Candles) -> Iterator[tuple[str, Candles]]:
    """Candles in order, by the month in which they open."""
    if not len(candles):
        return
    months = candles["opened_at"].astype("datetime64[ms]").astype("datetime64[M]")
    bounds = np.flatnonzero(np.concatenate(([True], months[1:] != months[:-1])))
    for first, after in zip(bounds, [*bounds[1:], len(candles)], strict=True):
        yield str(months[first]), candles[first:after]


def _in_parallel(work: Callable[[Given], Taken], given: list[Given]) -> list[Taken]:
    if len(given) < 2:
        return [work(one) for one in given]
    with ThreadPoolExecutor(min(_THREADS, len(given))) as threads:
        return list(threads.map(work, given))


def _quoted(name: str) -> str:
    """A name as a part of a path: BTC/USDT becomes BTC-USDT, every other unusual character its percent code."""
    escaped = re.sub(r"[^A-Za-z0-9_./]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), name)
    return escaped.replace("/", "-")


def _unquoted(part: str) -> str:
    return unquote(part.replace("-", "/"))


def _protocols(files: Any) -> tuple[str, ...]:
    return (files.protocol,) if isinstance(files.protocol, str) else tuple(files.protocol)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)

"""A file becomes candles: a user's own, or everybody's when an operator brings it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.foundation.clock import Clock
from backend.foundation.errors import FieldError
from backend.foundation.platform import Platform
from backend.market_data.archive import MarketFrame
from backend.market_data.errors import FileRefused, NoSuchUpload, UploadsFull
from backend.market_data.importers import (
    ColumnMapping,
    Limits,
    ReadingOptions,
    Recording,
    RecordingError,
    UnknownContent,
    read_recording,
)
from backend.market_data.store import CandleStore
from backend.market_data.uploads import UPLOAD, upload_name

# Some five years of minutes as CSV. More would keep a web process busy, and its memory.
_LIMITS = Limits(unpacked=256 * 1024**2)
_MOST_MEGABYTES = 500
_MOST_FILES = 20_000
_EXCHANGE_NAME = re.compile(r"[a-z0-9_]{1,40}\Z")
_UNTOLD = {
    "symbol": "The file's name does not tell the market. Say it, such as BTC/USDT.",
    "timeframe": "The file's name does not tell the time frame. Say it, such as 1m.",
}


@dataclass(frozen=True)
class Imported:
    """What a file held, and how many candles of it were not stored yet."""

    recording: Recording
    new: int


def read_upload(user_id: UUID, path: Path, name: str, said: dict[str, Any]) -> Recording:
    """Read a user's file; `name` is what the user called it, `said` what was said about it. Raises FileRefused."""
    try:
        options = ReadingOptions(
            mapping=ColumnMapping.of(said["columns"], said["time_format"], said["delimiter"]),
            content_format=said.get("format"),
            name=name,
            skip_broken=said["broken_rows"] == "skip",
            limits=_LIMITS,
        )
        return read_recording(path, upload_name(user_id), said.get("symbol"), said.get("timeframe"), options=options)
    except UnknownContent as unknown:
        raise FileRefused([FieldError(field, _UNTOLD[field]) for field in unknown.missing]) from None
    except RecordingError as error:
        lines = (line.strip() for line in str(error).splitlines())
        raise FileRefused([FieldError(error.field, line) for line in lines]) from None


def store_upload(session: Session, store: CandleStore, clock: Clock, recording: Recording) -> Imported:
    """Store a recording of a user's own. Raises UploadsFull."""
    _lock_uploads(session, recording.exchange)
    files, size = store.usage(recording.exchange)
    if size >= _MOST_MEGABYTES * 1024**2 or files >= _MOST_FILES:
        raise UploadsFull(_MOST_MEGABYTES)
    frame = (recording.exchange, recording.symbol, recording.timeframe)
    return Imported(recording, store.write(*frame, recording.candles, clock.now()))


def store_shared(platform: Platform, recording: Recording) -> int:
    """Store a recording for everybody, as an operator may; returns how many candles were new. Raises RecordingError."""
    if recording.exchange == UPLOAD or not _EXCHANGE_NAME.match(recording.exchange):
        raise RecordingError(
            f"  “{recording.exchange}” is no name of an exchange. Give --exchange in lower case, such as binance.",
            "exchange",
        )
    with platform.database.across_tenants("import candles for everybody") as session:
        store = CandleStore(session, platform.settings)
        frame = (recording.exchange, recording.symbol, recording.timeframe)
        return store.write(*frame, recording.candles, platform.clock.now())


def delete_upload(session: Session, store: CandleStore, user_id: UUID, symbol: str, timeframe: str) -> None:
    """Delete a user's candles of a market at one time frame. Raises NoSuchUpload."""
    _lock_uploads(session, upload_name(user_id))
    if not store.remove(MarketFrame(upload_name(user_id), symbol, timeframe)):
        raise NoSuchUpload


def delete_uploads(session: Session, store: CandleStore, user_id: UUID) -> None:
    """Delete every upload of a user."""
    _lock_uploads(session, upload_name(user_id))
    for holding in store.available(upload_name(user_id)):
        store.remove(MarketFrame(upload_name(user_id), holding.symbol, holding.timeframe))


def _lock_uploads(session: Session, exchange: str) -> None:
    """Let one transaction at a time change a user's uploads: each counts what is there before it adds to it."""
    statement = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 4))")
    session.execute(statement, {"name": f"uploads {exchange}"})

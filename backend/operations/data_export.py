"""Everything that an account holds, as one archive: each table as JSON and as CSV, and uploaded candles."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import IO, Any
from uuid import UUID

from sqlalchemy import Column, LargeBinary, MetaData, Table, select
from sqlalchemy.orm import Session

from backend.foundation.csv_answers import safe_cell
from backend.foundation.platform import Platform
from backend.market_data.archive import MarketFrame
from backend.market_data.exports import export_bytes
from backend.market_data.holdings import Holding
from backend.market_data.series import StoredSeries, parts_of
from backend.market_data.store import CandleStore
from backend.market_data.uploads import upload_name
from backend.trading.candles import interval

_UNTOLD_TABLES = frozenset({"idempotent_answers", "one_time_links", "recovery_codes"})
"""Tables of secrets and nothing else."""
_UNTOLD_ENDINGS = ("_enc", "_hash")
_AT_A_TIME = 2_000

_README = """Everything that Tradefleet holds of the account {username}, as of {moment} UTC.

Each table comes twice, with the same rows: as JSON (a list of objects) and as CSV. Amounts are exact decimal numbers as
text, times are UTC. The folder candles holds what you uploaded. Secrets (passwords, API keys, tokens) are not in it:
they are stored encrypted or as fingerprints, and are of no use elsewhere. Curves and trades of a backtest are kept
packed; download them on its page.
"""


def write_archive(file: IO[bytes], platform: Platform, session: Session, metadata: MetaData, user_id: UUID) -> None:
    """Write the archive (ZIP) of the tenant's data; rows and candles are read and written in portions."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in metadata.sorted_tables:
            owner = table.c.get("id") if table.name == "users" else table.c.get("user_id")
            if owner is not None and table.name not in _UNTOLD_TABLES:
                _write_table(archive, session, table, owner, user_id)
        for holding in CandleStore(session, platform.settings).available(upload_name(user_id)):
            _write_candles(archive, platform, user_id, holding)
        (username,) = session.execute(
            select(metadata.tables["users"].c.username).where(metadata.tables["users"].c.id == user_id)
        ).one()
        moment = platform.clock.now().strftime("%Y-%m-%d %H:%M")
        archive.writestr("README.txt", _README.format(username=username, moment=moment))


def _write_table(archive: zipfile.ZipFile, session: Session, table: Table, owner: Column[Any], user_id: UUID) -> None:
    columns = [column for column in table.columns if _is_told(column)]
    statement = select(*columns).where(owner == user_id).order_by(*table.primary_key)
    names = [column.name for column in columns]

    def rows() -> Iterator[dict[str, Any]]:
        for row in session.execute(statement, execution_options={"yield_per": _AT_A_TIME}):
            yield dict(zip(names, (_plain(value) for value in row), strict=True))

    # One after the other: an archive takes one file at a time.
    with archive.open(f"{table.name}.json", "w", force_zip64=True) as target:
        first = True
        target.write(b"[")
        for row in rows():
            target.write((b"\n" if first else b",\n") + json.dumps(row, ensure_ascii=False).encode())
            first = False
        target.write(b"\n]\n")
    with archive.open(f"{table.name}.csv", "w", force_zip64=True) as target:
        text = io.TextIOWrapper(target, encoding="utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(names)
        writer.writerows([safe_cell(row[name]) for name in names] for row in rows())
        text.flush()
        text.detach()


def _is_told(column: Column[Any]) -> bool:
    return not column.name.endswith(_UNTOLD_ENDINGS) and not isinstance(column.type, LargeBinary)


def _write_candles(archive: zipfile.ZipFile, platform: Platform, user_id: UUID, holding: Holding) -> None:
    frame = MarketFrame(upload_name(user_id), holding.symbol, holding.timeframe)
    series = StoredSeries(frame, holding.first, holding.last + interval(holding.timeframe))
    parts = parts_of(partial(platform.database.as_tenant, user_id), platform.settings, series)
    name = f"candles/{holding.symbol.replace('/', '-')}-{holding.timeframe}.csv"
    with archive.open(name, "w", force_zip64=True) as target:
        for piece in export_bytes(parts, "csv"):
            target.write(piece)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value

"""Routes of market data: /market-data and /candles."""

from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_restx import Namespace
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from backend.accounts.authentication import authenticated
from backend.exchanges.venues import venue_of
from backend.foundation.pagination import Page, in_order, paginate
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import (
    ApiResource,
    answers,
    answers_file,
    answers_nothing,
    answers_page,
    expects,
    expects_arguments,
    load,
    may_refuse,
)
from backend.market_data.answers import describe_gaps, describe_holding, describe_import
from backend.market_data.archive import MarketFrame
from backend.market_data.downloads import requests as downloads
from backend.market_data.errors import FileTooLarge, InputRefused, NothingStored
from backend.market_data.exports import MEDIA_TYPES, export_bytes, export_name
from backend.market_data.holdings_board import HoldingsBoard
from backend.market_data.importing import delete_upload, read_upload, store_upload
from backend.market_data.models import CandleDownload
from backend.market_data.numbers import number_text
from backend.market_data.schemas import (
    DownloadListArguments,
    DownloadSchema,
    ExportArguments,
    GapArguments,
    GapReportSchema,
    HoldingSchema,
    ImportForm,
    ImportSchema,
    NewDownloadSchema,
    TickerArguments,
    TickerSchema,
    UploadArguments,
)
from backend.market_data.series import OpenSession, StoredSeries, examine, find_series, parts_of
from backend.market_data.store import CandleStore
from backend.market_data.tickers import TickerBoard
from backend.market_data.uploads import stored_exchange, upload_name

market_data = Namespace("market-data", description="Prices, the same for everybody")
candles = Namespace("candles", description="Recorded candles: what is stored, imports, exports and downloads")

LARGEST_UPLOAD_MEGABYTES = 50
_MEGABYTE = 1024**2
# What a form's other fields and its boundaries take.
_FORM_BYTES = 64 * 1024
_IMPORT_PARAMETERS = {
    "file": {"in": "formData", "type": "file", "required": True, "description": "At most 50 MB."},
    "symbol": {"in": "formData", "description": "Where the file's name does not tell it."},
    "timeframe": {"in": "formData", "description": "Where the file's name does not tell it."},
    "format": {"in": "formData", "description": "csv, json, feather or parquet; found out if empty."},
    "columns": {"in": "formData", "description": 'JSON, such as {"time": "Date", "open": 2, …}.'},
    "time_format": {"in": "formData", "description": "auto, s, ms, us or iso."},
    "delimiter": {"in": "formData", "description": "One character, or the word tab."},
    "broken_rows": {"in": "formData", "description": "refuse (the whole file) or skip (those rows)."},
}


@market_data.route("/tickers")
class Tickers(ApiResource):
    """Newest prices."""

    @authenticated("market:read")
    @expects_arguments(TickerArguments)
    @answers(TickerSchema, many=True)
    def get(self, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        """The newest price of every market in use at an exchange."""
        venue = venue_of(arguments["exchange"])
        return [
            {
                "exchange": ticker.exchange,
                "symbol": ticker.symbol,
                "price": number_text(ticker.price),
                "change_percentage_24h": None if ticker.change is None else number_text(ticker.change),
                "updated_at": datetime.fromtimestamp(ticker.at / 1000, UTC),
            }
            for ticker in TickerBoard(platform().redis).all(venue.id)
        ]


@candles.route("/holdings")
class Holdings(ApiResource):
    """What is stored."""

    @authenticated("market:read")
    @answers(HoldingSchema, many=True)
    def get(self) -> list[dict[str, Any]]:
        """What is stored per market and time frame: for everybody, and the user's own uploads."""
        shared = HoldingsBoard(platform()).holdings()
        return [describe_holding(one) for one in (*shared, *_store().available(upload_name(tenant())))]


@candles.route("/gaps")
class Gaps(ApiResource):
    """What is missing."""

    @authenticated("market:read")
    @expects_arguments(GapArguments)
    @may_refuse(404)
    @answers(GapReportSchema)
    def get(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Which candles are missing between the first and the last one of a period."""
        series = _find_series(arguments)
        return describe_gaps(series.frame, examine(_store(), series), arguments["limit"])


@candles.route("/export")
class Export(ApiResource):
    """Candles as a file."""

    @authenticated("market:read")
    @expects_arguments(ExportArguments)
    @answers_file(*MEDIA_TYPES.values())
    @may_refuse(404)
    def get(self, arguments: dict[str, Any]) -> Response:
        """A period's candles as a file, sent while it is made: rows as in the model, without the usual envelope."""
        series = _find_series(arguments)
        parts = parts_of(_sessions_of(tenant()), platform().settings, series)
        begun = next(parts, None)
        if begun is None:
            raise NothingStored
        first = int(begun["opened_at"][0])
        form = arguments["format"]
        response = Response(export_bytes(chain([begun], parts), form), mimetype=MEDIA_TYPES[form])
        name = export_name(series.frame, first, series.end - 1, form)
        response.headers.set("Content-Disposition", "attachment", filename=name)
        return response


@candles.route("/imports")
class Imports(ApiResource):
    """The user's own candles."""

    @authenticated("market:write")
    @candles.doc(consumes=["multipart/form-data"], params=_IMPORT_PARAMETERS)
    @may_refuse(400, 413, 422)
    @answers(ImportSchema, status=201)
    def post(self) -> dict[str, Any]:
        """Store a file's candles as the user's own; nobody else sees them, and they change nobody's."""
        file, said = _received()
        with TemporaryDirectory(prefix="tradefleet-upload-") as folder:
            path = Path(folder) / "upload"
            file.save(path)
            file.close()
            if path.stat().st_size > LARGEST_UPLOAD_MEGABYTES * _MEGABYTE:
                raise FileTooLarge(LARGEST_UPLOAD_MEGABYTES)
            recording = read_upload(tenant(), path, _base_name(file), said)
        return describe_import(store_upload(request_session(), _store(), platform().clock, recording))

    @authenticated("market:write")
    @expects_arguments(UploadArguments)
    @may_refuse(404)
    @answers_nothing
    def delete(self, arguments: dict[str, Any]) -> None:
        """Delete the user's own candles of a market at one time frame."""
        delete_upload(request_session(), _store(), tenant(), arguments["symbol"], arguments["timeframe"])


@candles.route("/downloads")
class Downloads(ApiResource):
    """The user's downloads."""

    @authenticated("market:read")
    @expects_arguments(DownloadListArguments)
    @answers_page(DownloadSchema)
    def get(self, arguments: dict[str, Any]) -> Page[CandleDownload]:
        """The user's downloads, newest first unless sorted otherwise."""
        statement = downloads.own_downloads(tenant())
        for name in ("symbol", "status"):
            if name in arguments:
                statement = statement.where(getattr(CandleDownload, name) == arguments[name])
        ordered = in_order(statement, CandleDownload, arguments["sort"])
        return paginate(request_session(), ordered, arguments["limit"], arguments["offset"])

    @authenticated("market:write")
    @expects(NewDownloadSchema)
    @answers(DownloadSchema, status=201)
    def post(self, data: dict[str, Any]) -> CandleDownload:
        """Have a period's candles fetched from an exchange for everybody's use; only what is missing is fetched."""
        return downloads.request_download(request_session(), platform().clock, platform().settings, tenant(), data)


@candles.route("/downloads/<uuid:download_id>")
class OneDownload(ApiResource):
    """One download."""

    @authenticated("market:read")
    @answers(DownloadSchema)
    def get(self, download_id: UUID) -> CandleDownload:
        """The download and how far it has come."""
        return downloads.own_download(request_session(), tenant(), download_id)


@candles.route("/downloads/<uuid:download_id>/cancel")
class CancelDownload(ApiResource):
    """Canceling."""

    @authenticated("market:write")
    @answers(DownloadSchema)
    def post(self, download_id: UUID) -> CandleDownload:
        """Stop the download; what it has stored stays."""
        return downloads.cancel_download(request_session(), platform().clock, tenant(), download_id)


def _store() -> CandleStore:
    return CandleStore(request_session(), platform().settings)


def _find_series(arguments: dict[str, Any]) -> StoredSeries:
    exchange = stored_exchange(arguments["exchange"], tenant())
    frame = MarketFrame(exchange, arguments["symbol"], arguments["timeframe"])
    return find_series(_store(), frame, arguments["start"], arguments["end"])


def _sessions_of(user_id: UUID) -> OpenSession:
    # The file is still being sent when the request's own transaction is over.
    return partial(platform().database.as_tenant, user_id)


def _received() -> tuple[FileStorage, dict[str, Any]]:
    """The uploaded file and what was said about it. Raises FileTooLarge, InputRefused, ValidationFailed."""
    # However much the request says it brings, no more than this is read of it.
    request.max_content_length = LARGEST_UPLOAD_MEGABYTES * _MEGABYTE + _FORM_BYTES
    try:
        file, form = request.files.get("file"), request.form.to_dict()
    except RequestEntityTooLarge:
        raise FileTooLarge(LARGEST_UPLOAD_MEGABYTES) from None
    if file is None or not file.filename:
        raise InputRefused("file", "Send the file as multipart/form-data, in the field named file.")
    return file, load(ImportForm(), form)


def _base_name(file: FileStorage) -> str:
    return Path((file.filename or "").replace("\\", "/")).name or "upload"

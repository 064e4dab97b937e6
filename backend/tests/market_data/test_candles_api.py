"""Candles by the API: what is stored, what is missing, files out and in; and nobody sees another's."""

import gzip
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.config import Settings
from backend.foundation.clock import FixedClock
from backend.foundation.platform import Platform
from backend.market_data import importing
from backend.market_data.api import LARGEST_UPLOAD_MEGABYTES
from backend.market_data.holdings_board import HoldingsBoard
from backend.market_data.schemas import ImportForm
from backend.market_data.store import CandleStore
from backend.tests.conftest import NOW
from backend.tests.factories import Factory
from backend.tests.market_data.made_candles import FOREVER, MINUTE, csv_of, made, moment
from backend.tests.recording_queue import RecordingQueue
from backend.trading.candles import Candles

FIRST = moment("2025-11-20")
BTC = {"exchange": "binance", "symbol": "BTC/USDT", "timeframe": "1m"}
OWN = {**BTC, "exchange": "upload"}


@pytest.fixture
def headers(make: Factory) -> dict[str, str]:
    return make.headers(make.user())


@pytest.fixture
def others(make: Factory) -> dict[str, str]:
    return make.headers(make.user())


@pytest.fixture
def tasks(platform: Platform) -> list[Any]:
    assert isinstance(platform.tasks, RecordingQueue)
    return platform.tasks.sent


def store(platform: Platform, candles: Candles, exchange: str = "binance", symbol: str = "BTC/USDT") -> None:
    with platform.database.across_tenants("test") as session:
        CandleStore(session, platform.settings).write(exchange, symbol, "1m", candles, NOW)


def upload(
    client: FlaskClient, headers: dict[str, str], content: bytes, name: str = "BTCUSDT-1m-2025-11.csv", **said: str
) -> TestResponse:
    data = {"file": (io.BytesIO(content), name), **said}
    answer = client.post("/api/v1/candles/imports", data=data, headers=headers)
    # The test client leaves the temporary file of a large form open.
    answer.request.environ["wsgi.input"].close()
    return answer


def details(answer: TestResponse) -> list[tuple[str, str]]:
    body = answer.get_json()
    assert body["success"] is False
    return [(detail["field"], detail["message"]) for detail in body["details"]]


def test_everything_is_for_those_who_are_logged_in(client: FlaskClient) -> None:
    paths = ("holdings", "gaps", "export", "downloads", f"downloads/{'0' * 8}-0000-7000-8000-{'0' * 12}")
    assert [client.get(f"/api/v1/candles/{path}").status_code for path in paths] == [401] * len(paths)
    assert upload(client, {}, b"").status_code == 401
    assert client.delete("/api/v1/candles/imports").status_code == 401
    assert client.post("/api/v1/candles/downloads", json={}).status_code == 401


def test_holdings_are_the_shared_ones_and_the_own_uploads(
    client: FlaskClient, headers: dict[str, str], others: dict[str, str], platform: Platform
) -> None:
    candles = made(FIRST, 100)
    store(platform, candles)
    assert upload(client, headers, csv_of(candles[:10])).status_code == 201
    assert upload(client, others, csv_of(candles[:20]), symbol="ETH/USDT").status_code == 201
    shared = {
        **BTC,
        "exchange_name": "Binance",
        "is_upload": False,
        "from": "2025-11-20T00:00:00Z",
        "to": "2025-11-20T01:39:00Z",
        "count": 100,
    }
    own = {
        **OWN,
        "exchange_name": "Your uploads",
        "is_upload": True,
        "from": "2025-11-20T00:00:00Z",
        "to": "2025-11-20T00:09:00Z",
        "count": 10,
    }
    answer = client.get("/api/v1/candles/holdings", headers=headers)
    assert answer.get_json()["data"] == [shared, own]
    theirs = client.get("/api/v1/candles/holdings", headers=others).get_json()["data"]
    assert theirs[1:] == [{**own, "symbol": "ETH/USDT", "to": "2025-11-20T00:19:00Z", "count": 20}]


def test_holdings_are_counted_anew_when_they_are_old(platform: Platform, clock: FixedClock, tasks: Any) -> None:
    board = HoldingsBoard(platform)
    assert board.holdings() == []
    store(platform, made(FIRST, 5))
    assert board.holdings() == []
    assert tasks == []
    clock.moment = NOW.replace(minute=2)
    assert board.holdings() == []
    assert board.holdings() == []
    assert tasks == [("market_data.survey_holdings", ())]
    clock.moment = NOW.replace(minute=20)
    [held] = board.holdings()
    assert (held.count, held.first, held.last) == (5, FIRST, FIRST + 4 * MINUTE)
    store(platform, made(FIRST + 5 * MINUTE, 5))
    assert board.survey()[0].count == 10
    assert board.holdings()[0].count == 10


def test_holdings_are_told_without_redis(platform: Platform, settings: Settings) -> None:
    store(platform, made(FIRST, 5))

    class Absent:
        def get(self, *_: object, **__: object) -> None:
            raise redis.ConnectionError("down")

        set = get

    board = HoldingsBoard(replace(platform, redis=Absent()))  # type: ignore[arg-type]
    assert board.holdings()[0].count == 5


def test_gaps_are_told_with_the_longest_first_in_choice(
    client: FlaskClient, headers: dict[str, str], platform: Platform
) -> None:
    candles = np.delete(made(FIRST, 100), [10, *range(20, 25), 50, 51])
    store(platform, candles)
    answer = client.get("/api/v1/candles/gaps", query_string={**BTC, "limit": "2"}, headers=headers)
    report = answer.get_json()["data"]
    assert report == {
        **BTC,
        "from": "2025-11-20T00:00:00Z",
        "to": "2025-11-20T01:39:00Z",
        "count": 92,
        "missing": 8,
        "gap_count": 3,
        "longest": 5,
        "gaps": [
            {"from": "2025-11-20T00:20:00Z", "to": "2025-11-20T00:25:00Z", "missing": 5},
            {"from": "2025-11-20T00:50:00Z", "to": "2025-11-20T00:52:00Z", "missing": 2},
        ],
    }
    part = {**BTC, "from": "2025-11-20T00:30:00", "to": "2025-11-20T00:51:00Z"}
    report = client.get("/api/v1/candles/gaps", query_string=part, headers=headers).get_json()["data"]
    assert (report["count"], report["missing"], report["to"]) == (20, 0, "2025-11-20T00:49:00Z")


@pytest.mark.parametrize("path", ["gaps", "export"])
@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"timeframe": "7m"}, 422, "timeframe"),
        ({"symbol": "BTCUSDT"}, 422, "symbol"),
        ({"symbol": "../../etc"}, 422, "symbol"),
        ({"symbol": None}, 422, "symbol"),
        ({"exchange": "x" * 65}, 422, "exchange"),
        ({"exchange": "mtgox"}, 422, "exchange"),
        ({"exchange": f"upload:{'0' * 32}"}, 422, "exchange"),
        ({"from": "yesterday"}, 422, "from"),
        ({"from": "2025-11-21", "to": "2025-11-21"}, 422, "from"),
        ({"colour": "red"}, 422, "colour"),
        ({"symbol": "ETH/USDT"}, 404, None),
        ({"exchange": "upload"}, 404, None),
        ({"timeframe": "1s"}, 404, None),
        ({"from": "2026-01-01"}, 404, None),
        ({"to": "2025-01-01"}, 404, None),
    ],
)
def test_bad_questions_are_answered_in_words(
    client: FlaskClient,
    headers: dict[str, str],
    platform: Platform,
    path: str,
    changes: dict[str, str | None],
    status: int,
    field: str | None,
) -> None:
    store(platform, made(FIRST, 100))
    wanted = {name: value for name, value in {**BTC, **changes}.items() if value is not None}
    answer = client.get(f"/api/v1/candles/{path}", query_string=wanted, headers=headers)
    assert answer.status_code == status, answer.text
    assert [name for name, _ in details(answer)] == ([field] if field else [])


def test_a_period_too_long_to_examine_is_refused(
    client: FlaskClient, headers: dict[str, str], platform: Platform
) -> None:
    store(platform, np.concatenate((made(moment("2015-01-01"), 5), made(FIRST, 5))))
    answer = client.get("/api/v1/candles/gaps", query_string=BTC, headers=headers)
    assert details(answer) == [("from", "The period is longer than 3,000,000 candles. Ask for a shorter one.")]


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_what_is_exported_comes_back_byte_for_byte(
    client: FlaskClient, headers: dict[str, str], platform: Platform, form: str
) -> None:
    candles = np.delete(made(FIRST, 120_000), [5, 6, 7])
    candles["volume"][[1, 2, 3]] = 1e-7, 123456789012345.6, 0
    store(platform, candles)
    answer = client.get("/api/v1/candles/export", query_string={**BTC, "format": form}, headers=headers)
    name = f"binance_BTC-USDT_1m_2025-11-20_2026-02-11.{form}"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert "Content-Length" not in answer.headers
    content = answer.data
    if form == "csv":
        assert content.splitlines()[2].split(b",")[-1] == b"0.0000001"
    imported = upload(client, headers, content, name).get_json()["data"]
    assert (imported["count"], imported["new"], imported["missing"]) == (119_997, 119_997, 3)
    again = client.get("/api/v1/candles/export", query_string={**OWN, "format": form}, headers=headers)
    assert again.data == content
    holdings = client.get("/api/v1/candles/holdings", headers=headers).get_json()["data"]
    assert [(one["exchange"], one["count"]) for one in holdings] == [("binance", 119_997), ("upload", 119_997)]


def test_a_longer_time_frame_is_exported_as_it_is_read(
    client: FlaskClient, headers: dict[str, str], platform: Platform
) -> None:
    store(platform, made(FIRST, 3000))
    wanted = {**BTC, "timeframe": "1h", "from": "2025-11-20T05:00:00Z", "to": "2025-11-20T08:00:00Z"}
    answer = client.get("/api/v1/candles/export", query_string=wanted, headers=headers)
    with platform.database.as_tenant(None) as session:
        start, end = moment("2025-11-20 05:00"), moment("2025-11-20 08:00")
        read = CandleStore(session, platform.settings).read("binance", "BTC/USDT", "1h", start, end)
    lines = [list(map(float, line.split(","))) for line in answer.text.splitlines()[1:]]
    assert lines == [list(map(float, row)) for row in read.tolist()]
    assert len(lines) == 3


def test_an_import_tells_what_came_in(client: FlaskClient, headers: dict[str, str]) -> None:
    candles = np.delete(made(FIRST, 100), [10, 11, 40])
    content = csv_of(np.concatenate((candles[50:], candles[:50], candles[:3])))
    answer = upload(client, headers, content)
    assert answer.status_code == 201, answer.text
    told = {
        **OWN,
        "from": "2025-11-20T00:00:00Z",
        "to": "2025-11-20T01:39:00Z",
        "count": 97,
        "new": 97,
        "already_stored": 0,
        "duplicates": 3,
        "without_volume": 0,
        "off_grid": 0,
        "gap_count": 2,
        "missing": 3,
        "longest_gap": 2,
        "refused_count": 0,
        "refused_rows": [],
    }
    assert answer.get_json()["data"] == told
    again = upload(client, headers, content).get_json()["data"]
    assert again == {**told, "new": 0, "already_stored": 97}


def test_broken_rows_refuse_the_file_or_are_left_out(client: FlaskClient, headers: dict[str, str]) -> None:
    lines = csv_of(made(FIRST, 50)).splitlines()
    lines[7] = b"1763596800000,1,2,3"
    lines[9] = lines[9].replace(b",", b",-", 1)
    content = b"\n".join(lines)
    refused = upload(client, headers, content)
    assert refused.status_code == 422
    assert [field for field, _ in details(refused)] == ["file", "file"]
    assert [message.split(":")[0] for _, message in details(refused)] == ["line 8", "line 10"]
    assert client.get("/api/v1/candles/holdings", headers=headers).get_json()["data"] == []
    kept = upload(client, headers, content, broken_rows="skip").get_json()["data"]
    assert (kept["count"], kept["refused_count"], kept["missing"]) == (48, 2, 2)
    assert [row["number"] for row in kept["refused_rows"]] == [8, 10]
    assert "not above zero" in kept["refused_rows"][1]["reason"]


def test_columns_of_any_table_can_be_told(client: FlaskClient, headers: dict[str, str]) -> None:
    rows = (
        f"{close!r};{high!r};{low!r};{open_!r};{opened_at // 1000};x"
        for opened_at, open_, high, low, close, _ in made(FIRST, 30).tolist()
    )
    content = ("Last;Top;Bottom;First;When;Note\n" + "\n".join(rows)).encode()
    said = {"symbol": "BTC/USDT", "timeframe": "1m", "delimiter": ";", "time_format": "s"}
    columns = {"time": "When", "open": "First", "high": "top", "low": "Bottom", "close": 1}
    mixed = upload(client, headers, content, "table.txt", **said, columns=json.dumps(columns))
    assert details(mixed)[0][0] == "columns"
    columns["close"] = "Last"
    told = upload(client, headers, content, "table.txt", **said, columns=json.dumps(columns)).get_json()["data"]
    assert (told["count"], told["new"], told["without_volume"]) == (30, 30, 30)
    positions = {"time": 5, "open": 4, "high": 2, "low": 3, "close": 1}
    again = upload(client, headers, content, "table", **said, columns=json.dumps(positions)).get_json()["data"]
    assert (again["new"], again["already_stored"]) == (0, 30)


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"columns": "time,open"}, "columns", "JSON object"),
        ({"columns": "[1, 2]"}, "columns", "JSON object"),
        ({"columns": '{"time": 1.5}'}, "columns", "JSON object"),
        ({"columns": "[" * 100_000}, "columns", "JSON object"),
        ({"columns": '{"time": "When"}'}, "columns", "only volume may be missing"),
        ({"columns": '{"time": 0, "open": 1, "high": 2, "low": 3, "close": 4}'}, "columns", "counted from 1"),
        (
            {"columns": '{"time": "a", "open": "b", "high": "c", "low": "d", "close": "e"}'},
            "columns",
            "it has: timestamp, open",
        ),
        ({"delimiter": ";;"}, "delimiter", "one character"),
        ({"time_format": "days"}, "time_format", "Choose one of"),
        ({"timeframe": "7m"}, "timeframe", "Choose one of"),
        ({"timeframe": "5m"}, "timeframe", "most open 60 seconds after"),
        ({"symbol": "BTC"}, "symbol", "like BTC/USDT"),
        ({"format": "xlsx"}, "format", "Choose one of"),
        ({"format": "parquet"}, "file", "cannot be read"),
        ({"broken_rows": "mend"}, "broken_rows", "Choose one of"),
        ({"exchange": "binance"}, "exchange", "no such field"),
    ],
)
def test_what_is_said_wrongly_of_a_file_is_told(
    client: FlaskClient, headers: dict[str, str], said: dict[str, str], field: str, words: str
) -> None:
    answer = upload(client, headers, csv_of(made(FIRST, 50)), **said)
    assert answer.status_code == 422
    [(named, message)] = details(answer)
    assert named == field
    assert words in message


def test_a_file_that_does_not_tell_its_market_is_asked_for_it(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = upload(client, headers, csv_of(made(FIRST, 50)), "candles.csv")
    assert [field for field, _ in details(answer)] == ["symbol", "timeframe"]
    assert upload(client, headers, b"", "../../BTCUSDT-1m-2025-11.csv").status_code == 422
    nothing = client.post("/api/v1/candles/imports", data={"symbol": "BTC/USDT"}, headers=headers)
    assert details(nothing)[0][0] == "file"
    body = client.post("/api/v1/candles/imports", data=csv_of(made(FIRST, 5)), headers=headers)
    assert details(body)[0][0] == "file"


def test_a_file_over_the_limit_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = upload(client, headers, bytes(LARGEST_UPLOAD_MEGABYTES * 1024**2 + 1))
    assert (answer.status_code, answer.get_json()["code"]) == (413, "TOO_LARGE")
    assert "larger than 50 MB" in answer.get_json()["error"]
    much = upload(client, headers, bytes(LARGEST_UPLOAD_MEGABYTES * 1024**2 + 1024**2))
    assert much.status_code == 413


class Endless(io.RawIOBase):
    """A form that never ends, and notes how much of it was read."""

    def __init__(self) -> None:
        start = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="BTCUSDT-1m-2025-11.csv"\r\n\r\n'
        self._waiting = start
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = (self._waiting + bytes(len(buffer)))[: len(buffer)]
        self._waiting = self._waiting[len(buffer) :]
        buffer[: len(data)] = data
        self.taken += len(data)
        return len(data)


@pytest.mark.parametrize("length", [None, "1000"])
def test_the_limit_holds_whatever_the_length_says(
    client: FlaskClient, headers: dict[str, str], length: str | None
) -> None:
    body = Endless()
    told = {"CONTENT_LENGTH": length} if length else {}
    answer = client.post(
        "/api/v1/candles/imports",
        headers={**headers, "Content-Type": "multipart/form-data; boundary=edge"},
        environ_overrides={"wsgi.input": body, "wsgi.input_terminated": True, **told},
    )
    assert answer.status_code == 413
    assert "larger than 50 MB" in answer.get_json()["error"]
    assert body.taken < (LARGEST_UPLOAD_MEGABYTES + 2) * 1024**2


def test_a_bomb_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    bomb = gzip.compress(b"1763596800000,1,1,1,1,1\n" * 2_000_000)
    answer = upload(client, headers, bomb, "BTCUSDT-1m-2025-11.csv.gz")
    assert "hundreds of times its size" in details(answer)[0][1]


def test_uploads_have_an_end(
    client: FlaskClient, headers: dict[str, str], others: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert upload(client, headers, csv_of(made(FIRST, 50))).status_code == 201
    monkeypatch.setattr(importing, "_MOST_FILES", 1)
    full = upload(client, headers, csv_of(made(FIRST, 50)), symbol="ETH/USDT")
    assert (full.status_code, full.get_json()["code"]) == (409, "CONFLICT")
    assert "Delete some" in full.get_json()["error"]
    assert upload(client, others, csv_of(made(FIRST, 50))).status_code == 201


def test_an_upload_is_deleted_by_its_owner_only(
    client: FlaskClient, headers: dict[str, str], others: dict[str, str], platform: Platform
) -> None:
    store(platform, made(FIRST, 100))
    wanted = {"symbol": "BTC/USDT", "timeframe": "1m"}
    for who in (headers, others):
        assert upload(client, who, csv_of(made(FIRST, 50))).status_code == 201
    assert client.delete("/api/v1/candles/imports", query_string=wanted, headers=headers).status_code == 204
    assert client.delete("/api/v1/candles/imports", query_string=wanted, headers=headers).status_code == 404
    held = client.get("/api/v1/candles/holdings", headers=others).get_json()["data"]
    assert [(one["exchange"], one["count"]) for one in held] == [("binance", 100), ("upload", 50)]
    mine = client.get("/api/v1/candles/holdings", headers=headers).get_json()["data"]
    assert [one["exchange"] for one in mine] == ["binance"]
    assert [field for field, _ in details(client.delete("/api/v1/candles/imports", headers=headers))] == [
        "symbol",
        "timeframe",
    ]


def test_an_upload_changes_no_candle_of_anybody_else(
    client: FlaskClient, headers: dict[str, str], others: dict[str, str], platform: Platform
) -> None:
    candles = made(FIRST, 100)
    store(platform, candles)
    false = candles.copy()
    false["volume"] += 1000
    assert upload(client, headers, csv_of(false), "binance_BTC-USDT_1m.csv").get_json()["data"]["exchange"] == "upload"
    shared = client.get("/api/v1/candles/export", query_string=BTC, headers=others)
    own = client.get("/api/v1/candles/export", query_string=OWN, headers=headers)
    assert shared.data == csv_of(candles).replace(b".0,", b",")
    assert own.data != shared.data
    assert client.get("/api/v1/candles/export", query_string=OWN, headers=others).status_code == 404
    with platform.database.as_tenant(None) as session:
        read = CandleStore(session, platform.settings).read("binance", "BTC/USDT", "1m", 0, FOREVER)
    assert read.tobytes() == candles.tobytes()


def test_a_damaged_store_answers_in_the_envelope(
    client: FlaskClient, headers: dict[str, str], platform: Platform, settings: Settings
) -> None:
    store(platform, made(FIRST, 100))
    path = Path(settings.candle_store) / "exchange=binance/symbol=BTC-USDT/timeframe=1m/2025-11.parquet"
    path.write_bytes(b"no parquet")
    answer = client.get("/api/v1/candles/export", query_string=BTC, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (500, "CANDLE_STORE_DAMAGED")
    assert "2025-11.parquet" in answer.get_json()["error"]


def test_the_document_tells_of_the_form(app: Flask) -> None:
    document = app.test_client().get("/api/v1/swagger.json").get_json()
    operation = document["paths"]["/candles/imports"]["post"]
    assert operation["consumes"] == ["multipart/form-data"]
    kinds = {one["name"]: one["type"] for one in operation["parameters"] if one["in"] == "formData"}
    assert kinds["file"] == "file"
    assert kinds.keys() == {"file", *ImportForm().fields}
    assert document["paths"]["/candles/export"]["get"]["produces"][0] == "text/csv"

"""Downloads from the sandbox exchange: whole, resumed, canceled, and failed with a reason; each user's own."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from backend.config import Settings
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.gateway import Gateway
from backend.foundation.celery import make_celery
from backend.foundation.clock import FixedClock
from backend.foundation.events import EventRow, Subscribers, dispatch_waiting
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.market_data import subscribers, tasks
from backend.market_data.archive import ArchiveUnusable, MarketFrame
from backend.market_data.downloads.running import run_slice, take_up_abandoned
from backend.market_data.models import CandleDownload
from backend.market_data.store import CandleStore
from backend.tests.conftest import NOW
from backend.tests.factories import Factory
from backend.tests.market_data.made_candles import DAY, MINUTE, moment
from backend.tests.recording_queue import RecordingQueue
from backend.trading.candles import Candles

ADDRESS = "/api/v1/candles/downloads"
FRAME = MarketFrame("binance", "BTC/USDT", "1m")
START, END = moment("2026-01-28"), moment("2026-02-20")
"""Of which 33,120 minutes January's belong into the archive, and February's are rows."""
WANTED = {"exchange": "binance", "symbol": "BTC/USDT", "timeframe": "1m", "from": "2026-01-28", "to": "2026-02-20"}


@pytest.fixture
def headers(make: Factory) -> dict[str, str]:
    return make.headers(make.user())


@pytest.fixture
def others(make: Factory) -> dict[str, str]:
    return make.headers(make.user())


@pytest.fixture
def spoil(settings: Settings) -> Iterator[Callable[..., None]]:
    """Has the sandbox's next answers about candles fail."""
    address = f"{settings.sandbox_url}/_sandbox/faults"

    def ask(method: str, body: dict[str, Any] | None = None) -> None:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=5):
            pass

    yield lambda **fault: ask("POST", {"path": "/api/v3/klines", **fault})
    ask("DELETE")


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """When each page that was asked of the exchange begins."""
    asked: list[int] = []
    fetch = Gateway.candles

    def counted(self: Gateway, symbol: str, timeframe: str, since: int | None = None, limit: int = 1000) -> Candles:
        asked.append(since or 0)
        return fetch(self, symbol, timeframe, since, limit)

    monkeypatch.setattr(Gateway, "candles", counted)
    return asked


def request_download(client: FlaskClient, headers: dict[str, str], **changes: Any) -> UUID:
    answer = client.post(ADDRESS, json={**WANTED, **changes}, headers=headers)
    assert answer.status_code == 201, answer.text
    return UUID(answer.get_json()["data"]["id"])


def told(client: FlaskClient, headers: dict[str, str], download_id: UUID) -> dict[str, Any]:
    data: dict[str, Any] = client.get(f"{ADDRESS}/{download_id}", headers=headers).get_json()["data"]
    return data


def stored(platform: Platform, start: int = START - DAY, end: int = END + DAY) -> Candles:
    with platform.database.as_tenant(None) as session:
        return CandleStore(session, platform.settings).read(FRAME.exchange, FRAME.symbol, FRAME.timeframe, start, end)


def every_minute(start: int = START, end: int = END) -> list[int]:
    return list(range(start, end, MINUTE))


def no_pause(_seconds: float) -> None:
    """Go on at once."""


def test_a_download_brings_the_exchanges_own_candles(
    client: FlaskClient, headers: dict[str, str], platform: Platform
) -> None:
    download_id = request_download(client, headers)
    queued = told(client, headers, download_id)
    assert queued == {
        "id": str(download_id),
        **WANTED,
        "from": "2026-01-28T00:00:00Z",
        "to": "2026-02-20T00:00:00Z",
        "status": "queued",
        "position": "2026-01-28T00:00:00Z",
        "percentage": 0,
        "new_candles": 0,
        "error": None,
        "created_at": "2026-03-02T12:00:00Z",
        "finished_at": None,
    }
    assert run_slice(platform, download_id, no_pause) is False
    done = told(client, headers, download_id)
    assert (done["status"], done["percentage"], done["new_candles"]) == ("done", 100, 33_120)
    assert done["position"] == done["to"]
    assert done["finished_at"] == "2026-03-02T12:00:00Z"
    candles = stored(platform)
    assert candles["opened_at"].tolist() == every_minute()
    page = ExchangeAccess.of(platform).public("binance").candles("BTC/USDT", "1m", START + 30_000 * MINUTE, 500)
    assert candles[30_000:30_500].tobytes() == page.tobytes()
    with platform.database.across_tenants("test") as session:
        events = session.scalars(select(EventRow).where(EventRow.type == "candles.download_progress")).all()
    assert [event.payload["percentage"] for event in events] == [0, 30.2, 60.4, 90.6, 100, 100]
    assert run_slice(platform, download_id, no_pause) is False


def test_only_closed_candles_are_stored(client: FlaskClient, headers: dict[str, str], platform: Platform) -> None:
    download_id = request_download(client, headers, **{"from": "2026-03-02T11:00:30Z", "to": "2027-01-01"})
    assert told(client, headers, download_id)["to"] == "2026-03-02T12:00:00Z"
    run_slice(platform, download_id, no_pause)
    now = moment("2026-03-02 12:00")
    assert stored(platform, 0, now + DAY)["opened_at"].tolist() == every_minute(now - 59 * MINUTE, now)


def test_only_what_is_missing_is_fetched(
    client: FlaskClient, headers: dict[str, str], platform: Platform, pages: list[int]
) -> None:
    run_slice(platform, request_download(client, headers, **{"from": "2026-02-01", "to": "2026-02-02"}), no_pause)
    assert len(pages) == 2
    pages.clear()
    again = request_download(client, headers, **{"from": "2026-02-01", "to": "2026-02-02"})
    run_slice(platform, again, no_pause)
    assert pages == []
    assert (told(client, headers, again)["status"], told(client, headers, again)["new_candles"]) == ("done", 0)
    around = request_download(client, headers, **{"from": "2026-01-31T23:00:00Z", "to": "2026-02-02T01:00:00Z"})
    run_slice(platform, around, no_pause)
    assert pages == [moment("2026-01-31 23:00"), moment("2026-02-02")]
    assert told(client, headers, around)["new_candles"] == 120


def test_a_canceled_download_stops_and_keeps_what_it_has(
    client: FlaskClient, headers: dict[str, str], platform: Platform
) -> None:
    download_id = request_download(client, headers)
    assert run_slice(platform, download_id, no_pause, steps=1) is True
    canceled = client.post(f"{ADDRESS}/{download_id}/cancel", headers=headers)
    assert (canceled.status_code, canceled.get_json()["data"]["status"]) == (200, "canceled")
    assert canceled.get_json()["data"]["finished_at"] == "2026-03-02T12:00:00Z"
    assert run_slice(platform, download_id, no_pause) is False
    assert len(stored(platform)) == told(client, headers, download_id)["new_candles"] == 10_000
    twice = client.post(f"{ADDRESS}/{download_id}/cancel", headers=headers)
    assert (twice.status_code, twice.get_json()["code"]) == (409, "CONFLICT")
    assert "nothing to cancel" in twice.get_json()["error"]


def test_canceling_in_the_middle_of_a_step_ends_the_slice(
    client: FlaskClient, headers: dict[str, str], platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    download_id = request_download(client, headers)
    write = CandleStore.write

    def cancel_meanwhile(self: CandleStore, *what: Any) -> int:
        client.post(f"{ADDRESS}/{download_id}/cancel", headers=headers)
        return write(self, *what)

    monkeypatch.setattr(CandleStore, "write", cancel_meanwhile)
    assert run_slice(platform, download_id, no_pause) is False
    assert told(client, headers, download_id)["status"] == "canceled"
    assert len(stored(platform)) == 10_000


def test_a_download_goes_on_after_its_worker_died(
    client: FlaskClient,
    headers: dict[str, str],
    platform: Platform,
    clock: FixedClock,
    pages: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    download_id = request_download(client, headers)
    assert run_slice(platform, download_id, no_pause, steps=1) is True
    write = CandleStore.write

    def die(self: CandleStore, *what: Any) -> int:
        write(self, *what)
        # Its files are written, and its transaction is not committed.
        raise KeyboardInterrupt

    monkeypatch.setattr(CandleStore, "write", die)
    with pytest.raises(KeyboardInterrupt):
        run_slice(platform, download_id, no_pause)
    monkeypatch.setattr(CandleStore, "write", write)
    assert told(client, headers, download_id)["status"] == "running"
    assert len(stored(platform)) == 10_000
    assert take_up_abandoned(platform) == []
    clock.moment = NOW + timedelta(minutes=4)
    assert take_up_abandoned(platform) == [download_id]
    assert take_up_abandoned(platform) == []
    pages.clear()
    assert run_slice(platform, download_id, no_pause) is False
    assert min(pages) == START + 10_000 * MINUTE
    assert stored(platform)["opened_at"].tolist() == every_minute()
    assert told(client, headers, download_id)["new_candles"] == 33_120


def test_a_step_that_died_between_file_and_commit_counts_once(
    client: FlaskClient, headers: dict[str, str], platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {"from": "2025-10-01", "to": "2025-10-03"}
    download_id = request_download(client, headers, **whole)
    write = CandleStore.write

    def die(self: CandleStore, *what: Any) -> int:
        write(self, *what)
        raise KeyboardInterrupt

    monkeypatch.setattr(CandleStore, "write", die)
    with pytest.raises(KeyboardInterrupt):
        run_slice(platform, download_id, no_pause)
    monkeypatch.setattr(CandleStore, "write", write)
    first, end = moment("2025-10-01"), moment("2025-10-03")
    assert stored(platform, first, end)["opened_at"].tolist() == every_minute(first, end)
    assert run_slice(platform, download_id, no_pause) is False
    assert stored(platform, first, end)["opened_at"].tolist() == every_minute(first, end)
    assert told(client, headers, download_id)["status"] == "done"


def test_what_another_worker_is_at_is_left_alone(
    client: FlaskClient, headers: dict[str, str], platform: Platform, owner_engine: Any, pages: list[int]
) -> None:
    download_id = request_download(client, headers)
    with owner_engine.connect() as other:
        name = {"name": f"candle download {download_id}"}
        other.execute(text("SELECT pg_advisory_lock(hashtextextended(:name, 1))"), name)
        assert run_slice(platform, download_id, no_pause) is False
        other.execute(text("SELECT pg_advisory_unlock(hashtextextended(:name, 1))"), name)
    assert pages == []
    assert told(client, headers, download_id)["status"] == "queued"


@pytest.mark.parametrize("fault", [{"kind": "drop_answer"}, {"kind": "status", "status": 429, "retry_after": 1}])
def test_an_exchange_that_falters_is_asked_again(
    client: FlaskClient, headers: dict[str, str], platform: Platform, spoil: Callable[..., None], fault: dict[str, Any]
) -> None:
    download_id = request_download(client, headers, to="2026-01-29")
    spoil(**fault, count=3)
    pauses: list[float] = []
    assert run_slice(platform, download_id, pauses.append) is False
    assert pauses == [1, 2, 4]
    assert told(client, headers, download_id)["status"] == "done"
    assert stored(platform)["opened_at"].tolist() == every_minute(START, START + DAY)


def test_an_exchange_that_fails_ends_the_download_and_another_goes_on(
    client: FlaskClient, headers: dict[str, str], platform: Platform, spoil: Callable[..., None], pages: list[int]
) -> None:
    download_id = request_download(client, headers)
    assert run_slice(platform, download_id, no_pause, steps=1) is True
    spoil(kind="status", status=503, count=1000)
    assert run_slice(platform, download_id, no_pause) is False
    failed = told(client, headers, download_id)
    assert (failed["status"], failed["new_candles"], failed["percentage"]) == ("failed", 10_000, 30.2)
    assert failed["error"] == "Binance does not answer. Start the download again later; it goes on where it stopped."
    assert client.post(f"{ADDRESS}/{download_id}/cancel", headers=headers).status_code == 409


def test_what_failed_is_gone_on_with_by_the_next(
    client: FlaskClient, headers: dict[str, str], platform: Platform, spoil: Callable[..., None], pages: list[int]
) -> None:
    first = request_download(client, headers)
    run_slice(platform, first, no_pause, steps=1)
    spoil(kind="status", status=503, count=6)
    run_slice(platform, first, no_pause)
    assert told(client, headers, first)["status"] == "failed"
    pages.clear()
    second = request_download(client, headers)
    run_slice(platform, second, no_pause)
    assert min(pages) == START + 10_000 * MINUTE
    assert told(client, headers, second)["new_candles"] == 23_120
    assert len(stored(platform)) == 33_120


def test_a_store_in_trouble_fails_the_download_in_words(
    client: FlaskClient, headers: dict[str, str], platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> int:
        raise ArchiveUnusable("CANDLE_STORE_URL cannot be written: no space left")

    download_id = request_download(client, headers)
    monkeypatch.setattr(CandleStore, "write", full)
    assert run_slice(platform, download_id, no_pause) is False
    failed = told(client, headers, download_id)
    assert (failed["status"], failed["error"]) == ("failed", "CANDLE_STORE_URL cannot be written: no space left")


def test_work_is_queued_after_the_commit_and_in_slices(
    client: FlaskClient, headers: dict[str, str], platform: Platform, clock: FixedClock
) -> None:
    assert isinstance(platform.tasks, RecordingQueue)
    download_id = request_download(client, headers, **{"from": "2025-11-01"})
    handlers = Subscribers()
    subscribers.subscribe(handlers, platform.tasks)
    dispatch_waiting(platform.database, handlers, clock)
    wanted = ("market_data.download_candles", (str(download_id),))
    assert platform.tasks.sent == [wanted]
    application = make_celery(platform.settings)
    application.platform = lambda: platform
    application.tasks[tasks.download_candles.name].apply(args=[str(download_id)], throw=True)
    assert platform.tasks.sent == [wanted, wanted]
    assert told(client, headers, download_id)["new_candles"] == 100_000
    clock.moment = NOW + timedelta(minutes=4)
    application.tasks[tasks.sweep_downloads.name].apply(throw=True)
    assert platform.tasks.sent == [wanted, wanted, wanted]
    application.tasks[tasks.download_candles.name].apply(args=[str(download_id)], throw=True)
    assert platform.tasks.sent == [wanted, wanted, wanted]
    assert told(client, headers, download_id)["status"] == "done"
    held = client.get("/api/v1/candles/holdings", headers=headers).get_json()["data"]
    assert [one["count"] for one in held] == [(moment("2026-02-20") - moment("2025-11-01")) // MINUTE]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"exchange": "mtgox"}, "exchange", "Choose one of: alpaca, binance"),
        ({"exchange": "upload"}, "exchange", "Choose one of: alpaca, binance"),
        ({"symbol": "BTC/NOTHING"}, "symbol", "Binance has no market BTC/NOTHING"),
        ({"symbol": "BTCUSDT"}, "symbol", "like BTC/USDT"),
        ({"symbol": 7}, "symbol", "Not a valid string"),
        ({"timeframe": "7m"}, "timeframe", "Choose one of"),
        ({"from": "soon"}, "from", "must be a date"),
        ({"from": None}, "from", "may not be null"),
        ({"from": "2026-02-20"}, "from", "before it ends"),
        ({"from": "2027-01-01", "to": None}, "from", "in the past"),
        ({"timeframe": "1s", "from": "2025-12-01"}, "from", "five million"),
        ({"start": "2026-01-01"}, "start", "no such field"),
    ],
)
def test_bad_wishes_are_refused_in_words(
    client: FlaskClient, headers: dict[str, str], changes: dict[str, Any], field: str, words: str
) -> None:
    answer = client.post(ADDRESS, json={**WANTED, **changes}, headers=headers)
    assert answer.status_code == 422, answer.text
    [detail] = answer.get_json()["details"]
    assert detail["field"] == field
    assert words in detail["message"]


def test_a_user_has_a_few_unfinished_downloads_only(
    client: FlaskClient, headers: dict[str, str], others: dict[str, str]
) -> None:
    wanted = [request_download(client, headers) for _ in range(3)]
    fourth = client.post(ADDRESS, json=WANTED, headers=headers)
    assert (fourth.status_code, fourth.get_json()["code"]) == (409, "CONFLICT")
    assert "Wait for one, or cancel one" in fourth.get_json()["error"]
    request_download(client, others)
    client.post(f"{ADDRESS}/{wanted[0]}/cancel", headers=headers)
    request_download(client, headers)


def test_downloads_are_their_users_own(
    client: FlaskClient, headers: dict[str, str], others: dict[str, str], platform: Platform
) -> None:
    mine = [request_download(client, headers) for _ in range(2)]
    theirs = request_download(client, others)
    page = client.get(ADDRESS, query_string={"limit": 1}, headers=headers).get_json()["data"]
    assert ([one["id"] for one in page["items"]], page["total"], page["has_next"]) == ([str(mine[1])], 2, True)
    assert client.get(f"{ADDRESS}/{theirs}", headers=headers).status_code == 404
    assert client.post(f"{ADDRESS}/{theirs}/cancel", headers=headers).status_code == 404
    assert client.get(f"{ADDRESS}/{new_id()}", headers=headers).status_code == 404
    assert told(client, others, theirs)["status"] == "queued"
    with platform.database.across_tenants("test") as session:
        assert session.scalar(select(func.count()).select_from(CandleDownload)) == 3


def test_what_was_downloaded_is_read_at_longer_time_frames(
    client: FlaskClient, headers: dict[str, str], platform: Platform
) -> None:
    run_slice(platform, request_download(client, headers, **{"from": "2026-02-01", "to": "2026-02-03"}), no_pause)
    with platform.database.as_tenant(None) as session:
        store = CandleStore(session, platform.settings)
        hours = store.read("binance", "BTC/USDT", "1h", moment("2026-02-01"), moment("2026-02-03"))
    own = ExchangeAccess.of(platform).public("binance").candles("BTC/USDT", "1h", moment("2026-02-01"), 48)
    assert hours["opened_at"].tolist() == own["opened_at"].tolist()
    for name in ("open", "high", "low", "close"):
        assert np.array_equal(hours[name], own[name]), name
    assert np.allclose(hours["volume"], own["volume"], rtol=1e-9)

"""The preview beside a bot's form."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from backend.foundation.clock import FixedClock, SystemClock
from backend.market_data.models import CandleDownload
from backend.tests.backtests.conftest import SETTINGS, Desk


def test_the_preview_runs_what_is_typed_and_keeps_nothing(desk: Desk, clock: FixedClock) -> None:
    clock.moment = datetime(2025, 3, 1, 0, 30, tzinfo=UTC)
    body = {name: value for name, value in SETTINGS.items() if name not in {"start", "end"}}
    answer = desk.ask("POST", "/bots/preview", json={**body, "days": 30})
    assert answer["candles"] == 30 * 24
    assert answer["start"] == "2025-01-30T00:00:00Z"
    run = desk.backtest(start="2025-01-30", end="2025-03-01")
    values = {metric["name"]: metric["value"] for metric in answer["metrics"]}
    assert values == run["metrics"]
    assert len(answer["curve"]["times"]) == 300
    assert desk.ask("GET", "/backtests")["total"] == 1
    told = desk.ask("POST", "/bots/preview", 422, json={**body, "stop_loss_percentage": "120"})
    assert told["details"][0]["field"] == "stop_loss_percentage"


def test_a_preview_without_candles_has_them_fetched(desk: Desk, clock: FixedClock) -> None:
    clock.moment = SystemClock().now()
    desk.log_in_again()
    body = {name: value for name, value in SETTINGS.items() if name not in {"start", "end"}}
    answer = desk.ask("POST", "/bots/preview", json={**body, "timeframe": "15m", "days": 3})
    assert answer["candles"] == 0
    assert next(notice["code"] for notice in answer["notices"]) == "downloading"
    again = desk.ask("POST", "/bots/preview", json={**body, "timeframe": "15m", "days": 3})
    assert again["notices"][0]["code"] == "downloading"
    assert desk.ask("GET", "/candles/downloads")["total"] == 1


def test_a_preview_of_a_young_market_is_not_fetched_again_and_again(desk: Desk, clock: FixedClock) -> None:
    clock.moment = datetime(2025, 3, 4, 12, tzinfo=UTC)
    desk.log_in_again()
    body = {name: value for name, value in SETTINGS.items() if name not in {"start", "end"}}
    first = desk.ask("POST", "/bots/preview", json={**body, "days": 90})
    assert [notice["code"] for notice in first["notices"]] == ["downloading"]
    with desk.platform.database.across_tenants("test") as session:
        session.execute(update(CandleDownload).values(status="done", finished_at=clock.now()))
    second = desk.ask("POST", "/bots/preview", json={**body, "days": 90})
    # The market is two months old: that is said, and nothing more is asked of the exchange.
    assert [notice["code"] for notice in second["notices"]] == ["shorter_period", "short_warmup"]
    assert desk.ask("GET", "/candles/downloads")["total"] == 1
    clock.moment += timedelta(hours=2)
    desk.log_in_again()
    third = desk.ask("POST", "/bots/preview", json={**body, "days": 90})
    assert third["notices"][0]["code"] == "downloading"

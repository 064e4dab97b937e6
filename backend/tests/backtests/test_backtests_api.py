"""Backtests by the API: wanted, run, read, compared, exported, repeated, refused."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, update

from backend.backtests import execution, running
from backend.backtests.models import Backtest
from backend.backtests.running import MOST_ATTEMPTS, abandoned_backtests
from backend.billing import plans
from backend.foundation.clock import FixedClock, SystemClock
from backend.foundation.events import EventRow
from backend.foundation.ids import new_id
from backend.tests.backtests.conftest import BEGIN, SETTINGS, Desk, carry_out, walk
from backend.tests.factories import Factory
from backend.trading.series import Series
from backend.trading.strategies import STRATEGIES
from backend.trading.strategies.sma_crossover import SmaCrossover


def test_a_backtest_runs_and_tells_everything(desk: Desk) -> None:
    backtest = desk.backtest(name="My run")
    assert backtest["status"] == "completed", backtest["error"]
    assert (backtest["progress"], backtest["name"]) == (100, "My run")
    assert int(backtest["metrics"]["trades"]) > 5
    assert len(backtest["data_hash"]) == len(backtest["result_hash"]) == 64
    result = desk.ask("GET", f"/backtests/{backtest['id']}/result")
    metrics = {metric["name"]: metric for metric in result["metrics"]}
    assert {name: metric["value"] for name, metric in metrics.items()} == backtest["metrics"]
    assert all(metric["definition"] for metric in metrics.values())
    assert result["candles"] == 43 * 24
    assert [(month["year"], month["month"]) for month in result["months"]] == [(2025, 1), (2025, 2)]
    assert sum(total["trades"] for total in result["exit_reasons"]) == int(backtest["metrics"]["trades"])
    assert {check["name"]: check["passed"] for check in result["checks"]} == {"lookahead": True, "warmup": True}
    assert result["grade"]["grade"] == "too_few_trades"
    assert [bands["method"] for bands in result["monte_carlo"]] == ["shuffle", "bootstrap"]
    shuffled = result["monte_carlo"][0]
    assert len(set(shuffled["final_equity"])) == 1  # the order of trades does not change what they come to


def test_trades_and_fills_are_the_runs(desk: Desk) -> None:
    backtest = desk.backtest()
    count = int(backtest["metrics"]["trades"])
    page = desk.ask("GET", f"/backtests/{backtest['id']}/trades?limit=5")
    assert (page["total"], len(page["items"]), page["has_next"]) == (count, 5, count > 5)
    everything = desk.ask("GET", f"/backtests/{backtest['id']}/trades?limit=1000&sort=-profit")["items"]
    profits = [float(trade["profit"]) for trade in everything]
    assert profits == sorted(profits, reverse=True)
    expectancy = float(backtest["metrics"]["expectancy"])
    assert sum(profits) / count == pytest.approx(expectancy, rel=1e-6)
    for trade in everything:
        assert trade["opened_at"] < trade["closed_at"] or trade["exit_reason"] != "exit_signal"
        assert (trade["entry_reason"], trade["entries"]) == ("entry", 1)
    fills = desk.ask("GET", f"/backtests/{backtest['id']}/fills?since=2025-01-10&until=2025-01-20")
    assert fills["total"] > 0
    assert all("2025-01-10" <= fill["at"] < "2025-01-20" for fill in fills["items"])
    curve = desk.ask("GET", f"/backtests/{backtest['id']}/equity")
    assert {len(column) for column in curve.values()} == {43 * 24}
    assert curve["equity"][-1] == pytest.approx(float(backtest["metrics"]["final_equity"]))
    assert min(curve["drawdown"]) == pytest.approx(-float(backtest["metrics"]["max_drawdown"]), abs=1e-9)


def test_candles_come_with_the_strategys_lines_and_coarser_for_long_spans(desk: Desk) -> None:
    backtest = desk.backtest()
    shown = desk.ask("GET", f"/backtests/{backtest['id']}/candles?since=2025-01-05&until=2025-01-06")
    assert (shown["timeframe"], len(shown["times"])) == ("1h", 24)
    assert [line["name"] for line in shown["lines"]] == ["SMA 5", "SMA 20"]
    stored = walk(1_500)
    first = int(stored["opened_at"].searchsorted(shown["times"][0] * 1000))
    assert shown["lines"][0]["values"][0] == pytest.approx(stored["close"][first - 4 : first + 1].mean())
    long = desk.backtest(start="2025-01-01", end="2025-03-04")
    whole = desk.ask("GET", f"/backtests/{long['id']}/candles")
    assert whole["timeframe"] == "1h"
    assert len(whole["times"]) <= 1_500


def test_running_it_again_gives_the_same_bytes(desk: Desk) -> None:
    first = desk.backtest(trailing_stop_percentage="1", cooldown_minutes=120)
    again = desk.ask("POST", f"/backtests/{first['id']}/repeat", 201)
    desk.work()
    second = desk.ask("GET", f"/backtests/{again['id']}")
    assert second["id"] != first["id"]
    for name in ("data_hash", "code_version", "result_hash", "metrics", "configuration"):
        assert second[name] == first[name], name
    with desk.platform.database.across_tenants("test") as session:
        rows = session.execute(select(Backtest.fills, Backtest.curve)).all()
    assert len(set(rows)) == 1
    other = desk.backtest(trailing_stop_percentage="1.1", cooldown_minutes=120)
    assert other["result_hash"] != first["result_hash"]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "dca", "dca": {"safety_orders": 3, "deviation_percentage": "0.8", "volume_scale": "1.5"}},
        {
            "kind": "grid",
            "grid": {"lower_price": "30000", "upper_price": "48000", "intervals": 20},
            "base_amount": "200",
        },
        {"sizing": "percent", "equity_percentage": "25"},
        {"sizing": "risk", "risk_per_trade": "1", "max_position_amount": "4000"},
        {"trading_window": {"days": [0, 1, 2], "start": "08:00", "end": "18:00", "timezone": "Europe/Berlin"}},
        {"daily_loss_limit": "0.5", "max_drawdown": "1", "max_daily_trades": 2},
    ],
    ids=["dca", "grid", "percent", "risk", "window", "limits"],
)
def test_every_rule_takes_part(desk: Desk, changes: dict[str, Any]) -> None:
    plain, changed = desk.backtest(), desk.backtest(**changes)
    assert changed["status"] == "completed", changed["error"]
    assert changed["result_hash"] != plain["result_hash"]
    assert int(changed["metrics"]["trades"]) > 0
    result = desk.ask("GET", f"/backtests/{changed['id']}/result")
    if "trading_window" in changes:
        assert result["outcomes"]["trading_window"] > 0
    if changes.get("kind") == "grid":
        trades = desk.ask("GET", f"/backtests/{changed['id']}/trades")["items"]
        assert {trade["exit_reason"] for trade in trades} <= {"grid_line", "stop_loss", "take_profit"}


def test_it_is_exported_and_reported(desk: Desk) -> None:
    backtest = desk.backtest(name="<b>Mine</b>")
    path, count = f"/backtests/{backtest['id']}", int(backtest["metrics"]["trades"])
    csv = desk.ask("GET", f"{path}/export?format=csv")
    lines = csv.data.decode().splitlines()
    assert csv.headers["Content-Type"].startswith("text/csv")
    assert f"backtest-{backtest['id']}.csv" in csv.headers["Content-Disposition"]
    assert lines[0].startswith("number,opened_at,closed_at,entry_price")
    assert len(lines) == count + 1
    table = pq.read_table(io.BytesIO(desk.ask("GET", f"{path}/export?format=parquet").data))
    assert table.num_rows == count
    assert str(table.schema.field("closed_at").type) == "timestamp[ms, tz=UTC]"
    assert sum(table["profit"].to_pylist()) == pytest.approx(float(backtest["metrics"]["expectancy"]) * count)
    whole = json.loads(desk.client.get(f"/api/v1{path}/export?format=json", headers=desk.headers).data)
    assert len(whole["trades"]) == count
    assert whole["backtest"]["result_hash"] == backtest["result_hash"]
    page = desk.ask("GET", f"{path}/report").data.decode()
    assert page.startswith("<!doctype html>")
    assert "<b>Mine</b>" not in page
    assert "&lt;b&gt;Mine&lt;/b&gt;" in page
    assert all(word not in page for word in ("<script", "http://", "https://", "src="))
    assert backtest["result_hash"] in page
    assert page.count("<polyline") == 3


def test_up_to_five_are_compared(desk: Desk) -> None:
    runs = [desk.backtest(strategy_config={"short_period": short, "long_period": 20}) for short in (3, 5, 8)]
    ids = ",".join(run["id"] for run in runs)
    compared = desk.ask("GET", f"/backtests/compare?ids={ids}")
    assert [one["backtest"]["id"] for one in compared] == [run["id"] for run in runs]
    assert [one["settings"] for one in compared] == [{"strategy_config.short_period": short} for short in (3, 5, 8)]
    assert all(one["curve"]["equity"] for one in compared)
    too_many = ",".join(str(new_id()) for _ in range(6))
    assert "2 to 5" in desk.ask("GET", f"/backtests/compare?ids={too_many}", 422)["error"]
    assert "2 to 5" in desk.ask("GET", f"/backtests/compare?ids={runs[0]['id']}", 422)["error"]
    desk.ask("GET", "/backtests/compare?ids=one,two", 422)
    desk.ask("GET", f"/backtests/compare?ids={runs[0]['id']},{new_id()}", 404)


def test_a_bot_is_made_of_it(desk: Desk) -> None:
    backtest = desk.backtest(trailing_stop_percentage="1.5", max_daily_trades=4)
    drafted = desk.ask("GET", f"/backtests/{backtest['id']}/bot-draft")
    assert drafted["notices"] == []
    bot = desk.ask("POST", "/bots", 201, json=drafted["draft"])
    assert (bot["strategy_config"], bot["timeframe"]) == ({"short_period": 5, "long_period": 20}, "1h")
    assert (bot["trailing_stop_percentage"], bot["max_daily_trades"]) == ("1.5", 4)
    grid = desk.backtest(kind="grid", grid={"lower_price": "30000", "upper_price": "48000"})
    assert "cannot be started yet" in desk.ask("GET", f"/backtests/{grid['id']}/bot-draft")["notices"][0]


def test_the_list_is_filtered_sorted_renamed_and_emptied(desk: Desk) -> None:
    first, second = desk.backtest(name="b"), desk.backtest(name="a")
    assert [one["name"] for one in desk.ask("GET", "/backtests")["items"]] == ["a", "b"]
    assert [one["name"] for one in desk.ask("GET", "/backtests?sort=-name")["items"]] == ["b", "a"]
    assert desk.ask("GET", "/backtests?status=failed")["total"] == 0
    listed = desk.ask("GET", "/backtests?symbol=BTC/USDT&strategy=sma_crossover&status=completed")["items"][0]
    assert listed["summary"]["trades"] == int(second["metrics"]["trades"])
    renamed = desk.ask("PATCH", f"/backtests/{first['id']}", json={"name": "c"})
    assert renamed["name"] == "c"
    desk.ask("DELETE", f"/backtests/{first['id']}", 204)
    desk.ask("GET", f"/backtests/{first['id']}", 404)
    assert desk.ask("GET", "/backtests")["total"] == 1


def test_another_tenant_sees_and_touches_nothing(desk: Desk, make: Factory) -> None:
    backtest = desk.backtest()
    mine, desk.headers = desk.headers, make.headers(make.user())
    path = f"/backtests/{backtest['id']}"
    for method, tail in (
        ("GET", ""),
        ("GET", "/result"),
        ("GET", "/trades"),
        ("GET", "/fills"),
        ("GET", "/equity"),
        ("GET", "/candles"),
        ("GET", "/export"),
        ("GET", "/report"),
        ("GET", "/bot-draft"),
        ("POST", "/cancel"),
        ("POST", "/repeat"),
        ("DELETE", ""),
    ):
        assert desk.ask(method, path + tail, 404)["code"] == "NOT_FOUND"
    assert desk.ask("GET", "/backtests")["total"] == 0
    desk.headers = mine
    assert desk.ask("GET", path)["status"] == "completed"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"strategy_config": {"speed": 3}}, "strategy_config.speed", "no such parameter"),
        ({"strategy_config": {"short_period": 30, "long_period": 20}}, "strategy_config.short_period", "must be less"),
        ({"strategy": "moon"}, "strategy", "There is no strategy “moon”"),
        ({"start": "2019-01-01", "end": "2019-02-01"}, "start", "stored from 2025-01-01 00:00 to 2025-03-04"),
        ({"symbol": "DOGE/USDT"}, "symbol", "No candles of DOGE/USDT"),
        ({"timeframe": "5m"}, "symbol", "No candles of BTC/USDT on binance are stored from which 5m"),
        ({"exchange": "mtgox"}, "exchange", "There are candles of these exchanges: binance"),
        ({"exchange": "upload:00000000000000000000000000000000"}, "exchange", "There are candles of these"),
        ({"start": "2025-02-15"}, "end", "at least one candle"),
        ({"start": "yesterday"}, "start", "a date such as"),
        ({"fee_rate": "0.5"}, "fee_rate", "0.001 is 0.1 %"),
        ({"initial_balance": "0"}, "initial_balance", "more than zero"),
        ({"kind": "grid"}, "grid", "needs its range"),
        ({"kind": "grid", "grid": {"lower_price": "9", "upper_price": "8"}}, "grid.upper_price", "above the lower"),
        ({"kind": "dca"}, "dca", "needs its safety orders"),
        (
            {"sizing": "risk", "risk_per_trade": "1", "stop_loss_percentage": None},
            "stop_loss_percentage",
            "needs a stop",
        ),
        ({"trading_window": {"timezone": "Mars/Base"}}, "trading_window.timezone", "no such time zone"),
        ({"colour": "red"}, "colour", "no such field"),
        ({"timeframe": "7m"}, "timeframe", "Choose one of"),
    ],
)
def test_what_cannot_be_run_is_refused_with_field_and_sentence(
    desk: Desk, changes: dict[str, Any], field: str, words: str
) -> None:
    answer = desk.ask("POST", "/backtests", 422, json={**SETTINGS, **changes})
    told = {detail["field"]: detail["message"] for detail in answer["details"]}
    assert words in told[field]
    assert desk.ask("GET", "/backtests")["total"] == 0


def test_what_is_not_over_has_no_result_and_is_cancelled_once(desk: Desk) -> None:
    created = desk.ask("POST", "/backtests", 201, json=SETTINGS)
    path = f"/backtests/{created['id']}"
    assert created["status"] == "queued"
    assert "still waiting" in desk.ask("GET", f"{path}/result", 409)["error"]
    assert desk.ask("POST", f"{path}/cancel")["status"] == "canceled"
    assert "was canceled already" in desk.ask("POST", f"{path}/cancel", 409)["error"]
    desk.work()
    assert desk.ask("GET", path)["status"] == "canceled"
    assert "was canceled, so it has no result" in desk.ask("GET", f"{path}/trades", 409)["error"]
    complete = desk.backtest()
    assert "is complete" in desk.ask("POST", f"/backtests/{complete['id']}/cancel", 409)["error"]


def test_a_run_that_is_cancelled_or_deleted_on_the_way_stops(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    original = execution.execute

    def interrupted(method: str, path: str, status: int) -> Any:
        def execute(*arguments: Any, **options: Any) -> Any:
            desk.ask(method, path, status)
            return original(*arguments, **options)

        return execute

    cancelled = desk.ask("POST", "/backtests", 201, json=SETTINGS)
    monkeypatch.setattr(running, "execute", interrupted("POST", f"/backtests/{cancelled['id']}/cancel", 200))
    desk.work()
    assert desk.ask("GET", f"/backtests/{cancelled['id']}")["status"] == "canceled"
    deleted = desk.ask("POST", "/backtests", 201, json=SETTINGS)
    monkeypatch.setattr(running, "execute", interrupted("DELETE", f"/backtests/{deleted['id']}", 204))
    desk.work()
    desk.ask("GET", f"/backtests/{deleted['id']}", 404)


class Raising(SmaCrossover):
    """A plug-in with a mistake in it."""

    name = "raising"

    def signals(self, series: Series, parameters: Any) -> Any:
        raise ZeroDivisionError("division by zero")


class Misshapen(SmaCrossover):
    """A plug-in that forgot half of the candles."""

    name = "misshapen"

    def signals(self, series: Series, parameters: Any) -> Any:
        actions, confidences = super().signals(series, parameters)
        return actions[::2], confidences[::2]


class Foreseeing(SmaCrossover):
    """A plug-in that looks at the next candle."""

    name = "foreseeing"

    def signals(self, series: Series, parameters: Any) -> Any:
        rises = np.append(np.diff(series.close) > 0, False)
        return np.where(rises, 1, -1).astype(np.int8), np.ones(len(series))


@pytest.fixture
def plug_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    for plugin in (Raising(), Misshapen(), Foreseeing()):
        monkeypatch.setitem(STRATEGIES._built_in, plugin.name, plugin)


@pytest.mark.usefixtures("plug_ins")
@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        ("raising", "stopped with ZeroDivisionError: division by zero"),
        ("misshapen", "it gave 531 actions for 1062 candles"),
    ],
)
def test_a_broken_plug_in_fails_its_run_and_the_worker_lives(desk: Desk, strategy: str, words: str) -> None:
    failed = desk.backtest(strategy=strategy, strategy_config={})
    assert failed["status"] == "failed"
    assert words in failed["error"]
    assert failed["metrics"] is None
    assert "failed, so it has no result" in desk.ask("GET", f"/backtests/{failed['id']}/result", 409)["error"]
    assert desk.backtest()["status"] == "completed"


@pytest.mark.usefixtures("plug_ins")
def test_a_strategy_that_looks_ahead_is_not_to_be_trusted(desk: Desk) -> None:
    run = desk.backtest(strategy="foreseeing", strategy_config={})
    result = desk.ask("GET", f"/backtests/{run['id']}/result")
    assert float(run["metrics"]["total_return"]) > 0
    assert not result["checks"][0]["passed"]
    assert result["grade"]["grade"] == "not_to_be_trusted"


def test_gaps_and_short_periods_are_told(desk: Desk) -> None:
    candles = walk(1_000, begin=BEGIN)
    holed = np.concatenate((candles[:300], candles[330:600], candles[605:]))
    desk.store(holed, symbol="ETH/USDT")
    run = desk.backtest(symbol="ETH/USDT", start="2025-01-01", end="2025-03-01")
    notices = {one["code"]: one["message"] for one in desk.ask("GET", f"/backtests/{run['id']}/result")["notices"]}
    assert "30 after 2025-01-13 11:00 UTC" in notices["gaps"]
    assert "5 after" not in notices["gaps"]
    assert "2025-01-01 00:00 UTC to 2025-02-11 16:00 UTC" in notices["shorter_period"]
    assert "no signal on the first 20 candles" in notices["short_warmup"]


def test_the_plan_limits_runs_and_candles(desk: Desk, monkeypatch: pytest.MonkeyPatch, clock: FixedClock) -> None:
    monkeypatch.setitem(plans.LIMITS["free"], "backtests_a_day", 2)
    desk.backtest()
    desk.backtest()
    refused = desk.ask("POST", "/backtests", 403, json=SETTINGS)
    assert refused["code"] == "PLAN_LIMIT"
    assert "runs 2 backtests a day" in refused["error"]
    clock.moment += timedelta(days=1)
    desk.log_in_again()
    desk.backtest()
    monkeypatch.setitem(plans.LIMITS["free"], "candles_a_backtest", 100)
    refused = desk.ask("POST", "/backtests", 403, json=SETTINGS)
    assert "up to 100 candles, and this one has 1,032" in refused["error"]


def test_a_lost_run_is_taken_up_and_given_up_after_two_workers(desk: Desk, clock: FixedClock) -> None:
    created = desk.ask("POST", "/backtests", 201, json=SETTINGS)
    backtest_id = UUID(created["id"])
    assert abandoned_backtests(desk.platform) == []
    clock.moment += timedelta(minutes=2)
    assert abandoned_backtests(desk.platform) == [backtest_id]
    with desk.platform.database.across_tenants("test") as session:
        session.execute(update(Backtest).values(status="running", attempts=MOST_ATTEMPTS, updated_at=clock.now()))
    clock.moment += timedelta(minutes=20)
    desk.queue.sent.clear()
    carry_out(desk.platform, "backtests.sweep", ())
    assert desk.queue.sent[0] == ("backtests.run", (created["id"],))
    desk.work()
    desk.log_in_again()
    failed = desk.ask("GET", f"/backtests/{created['id']}")
    assert failed["status"] == "failed"
    assert "worker died" in failed["error"]


def test_progress_is_told_to_its_owner_alone(desk: Desk) -> None:
    desk.backtest()
    with desk.platform.database.across_tenants("test") as session:
        events = session.scalars(select(EventRow).where(EventRow.type == "backtest.progress")).all()
    assert {event.user_id for event in events} == {desk.user.id}
    assert [event.payload["status"] for event in events] == ["running", "completed"]
    assert set(events[-1].payload) == {"id", "kind", "name", "status", "progress", "step"}


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

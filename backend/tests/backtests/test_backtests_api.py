"""Backtests by the API: wanted, run, read, compared, exported, repeated, refused."""

import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from backend.backtests.models import Backtest
from backend.foundation.ids import new_id
from backend.tests.backtests.conftest import SETTINGS, Desk, walk
from backend.tests.factories import Factory


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
        ({"exchange": "mtgox"}, "exchange", "There are candles of these exchanges: alpaca, binance"),
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


def test_trades_and_fills_of_a_run_are_to_be_had_as_csv_in_every_order(desk: Desk) -> None:
    backtest = desk.backtest()
    count = int(backtest["metrics"]["trades"])
    address = f"/api/v1/backtests/{backtest['id']}"
    wanted = {**desk.headers, "Accept": "text/csv"}
    file = desk.client.get(f"{address}/trades?sort=-profit&limit=1", headers=wanted)
    trades = file.get_data(as_text=True).split("\r\n")
    assert (len(trades), trades[-1]) == (count + 2, "")
    assert trades[0].startswith("number,opened_at,closed_at")
    best = desk.ask("GET", f"/backtests/{backtest['id']}/trades?sort=-profit&limit=1")["items"][0]
    assert trades[1].split(",")[:3] == [str(best["number"]), best["opened_at"], best["closed_at"]]
    fills = desk.client.get(f"{address}/fills?sort=-at", headers=wanted).get_data(as_text=True).split("\r\n")
    moments = [fill.split(",")[0] for fill in fills[1:-1]]
    assert moments == sorted(moments, reverse=True)
    assert len(moments) >= 2 * count

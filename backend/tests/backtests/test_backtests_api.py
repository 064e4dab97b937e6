"""Backtests by the API: wanted, run, read, compared, exported, repeated, refused."""

from backend.tests.backtests.conftest import Desk


def test_a_backtest_runs_and_tells_everything(desk: Desk) -> None:
    backtest = desk.backtest(name="My run")
    assert backtest["status"] == "completed", backtest["error"]
    assert backtest["progress"] == 100
    assert int(backtest["metrics"]["trades"]) > 5

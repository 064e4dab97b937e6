"""Testing strategies in a real browser: preview, backtest, comparison, files, a bot of it, optimisation."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.tests.journeys.running_platform import RunningPlatform
from backend.tests.journeys.steps import choose_market, sign_up

RUN_MILLISECONDS = 30_000


def fill_backtest(page: Page, name: str, short: int = 5, long: int = 20) -> None:
    """The form of a backtest over the hours that the demo stored."""
    page.goto("/backtests/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Market", exact=True).select_option(label="BTC/USDT · Binance", timeout=5_000)
    page.get_by_label("Time frame").select_option("1h")
    page.get_by_role("button", name="30 days").click()
    page.get_by_label("Short period").fill(str(short))
    page.get_by_label("Long period").fill(str(long))
    page.get_by_label("Amount per trade").fill("1000")


def run_backtest(page: Page, name: str, short: int = 5, long: int = 20) -> None:
    """Run one and wait for its result."""
    fill_backtest(page, name, short, long)
    page.get_by_role("button", name="Run the backtest").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_role("table", name="Trades", exact=True)).to_be_visible(timeout=RUN_MILLISECONDS)


def test_from_a_form_to_a_result_that_can_be_kept(page: Page) -> None:
    sign_up(page, "tester")
    run_backtest(page, "Short and long")
    # The result: grade, figures, curve, candles, months, trades, checks.
    for words in ("Grade", "Buy and hold", "Months", "Monte Carlo", "All figures", "No look into the future"):
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("Equity, buy and hold, and drawdown"))).to_be_visible()
    trades = page.get_by_role("table", name="Trades", exact=True)
    expect(trades.get_by_role("row").nth(1)).to_contain_text(re.compile("signal|Stop loss|Take profit", re.IGNORECASE))

    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as csv:
        page.get_by_role("button", name="Trades as CSV").click()
    lines = csv.value.path().read_text().splitlines()
    assert lines[0].startswith("number,opened_at,closed_at,entry_price")
    assert len(lines) > 2
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as report:
        page.get_by_role("button", name="Report as one page").click()
    document = report.value.path().read_text()
    assert "Short and long" in document
    assert "<script" not in document

    # Running it again gives the same result, to the hash.
    digest = re.compile(r"\b[0-9a-f]{64}\b")
    before = digest.findall(page.locator("main").inner_text())
    page.get_by_role("button", name="Repeat").click()
    expect(page.get_by_role("table", name="Trades", exact=True)).to_be_visible(timeout=RUN_MILLISECONDS)
    expect(page.locator("main")).to_contain_text(before[-1])


def test_two_are_compared_and_one_is_deleted(page: Page) -> None:
    sign_up(page, "comparer")
    run_backtest(page, "Quick", 3, 12)
    run_backtest(page, "Slow", 10, 40)
    page.goto("/backtests")
    page.get_by_label("Compare Quick").check()
    page.get_by_label("Compare Slow").check()
    page.get_by_role("link", name="Compare 2").click()
    table = page.get_by_role("table", name="Comparison")
    expect(table).to_contain_text("Quick")
    expect(table).to_contain_text("Slow")
    expect(table).to_contain_text(re.compile("short period", re.IGNORECASE))
    page.goto("/backtests")
    page.get_by_role("link", name="Quick").click()
    page.get_by_role("button", name="Delete").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Backtests")).to_be_visible()
    expect(page.get_by_role("link", name="Quick")).to_have_count(0)
    expect(page.get_by_role("link", name="Slow")).to_have_count(1)


def test_a_bot_is_made_of_a_backtest(page: Page) -> None:
    sign_up(page, "maker")
    run_backtest(page, "Worth a try", 7, 21)
    page.get_by_role("button", name="Make this a bot").click()
    expect(page.get_by_role("heading", name="New bot")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Worth a try")
    expect(page.get_by_label("Short period")).to_have_value("7")
    expect(page.get_by_label("Amount per trade")).to_have_value("1000")
    page.get_by_role("button", name="Create bot").click()
    expect(page.get_by_role("heading", name="Worth a try")).to_be_visible()


def test_what_cannot_be_run_is_told_at_its_field_and_nothing_is_lost(page: Page) -> None:
    sign_up(page, "hasty")
    fill_backtest(page, "Hasty", 40, 20)
    page.get_by_role("button", name="Run the backtest").click()
    expect(page.get_by_text(re.compile("must be less than the long period", re.IGNORECASE)).first).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Hasty")
    page.get_by_label("Kind of bot").select_option("grid")
    page.get_by_label("Lowest price").fill("50000")
    page.get_by_label("Highest price").fill("40000")
    page.get_by_label("Short period").fill("5")
    page.get_by_role("button", name="Run the backtest").click()
    expect(page.get_by_text(re.compile("upper price must be above", re.IGNORECASE)).first).to_be_visible()


def test_the_preview_follows_what_is_typed(page: Page) -> None:
    sign_up(page, "typist")
    page.goto("/bots/new")
    choose_market(page, "BTC/USDT")
    page.get_by_label("Time frame").select_option("1h")
    preview = page.locator("section").filter(has=page.get_by_role("heading", name="The last 90 days"))
    expect(preview.get_by_text("Buy and hold").first).to_be_visible(timeout=RUN_MILLISECONDS)
    trades = preview.locator("dt", has_text="Trades").locator("xpath=following-sibling::dd")
    before = trades.inner_text()
    page.get_by_label("Short period").fill("2")
    page.get_by_label("Long period").fill("5")
    expect(trades).not_to_have_text(before, timeout=5_000)
    assert int(trades.inner_text().replace(",", "")) > int(before.replace(",", ""))
    page.get_by_label("Long period").fill("")
    expect(preview.get_by_text("Complete the form")).to_be_visible()


def test_parameters_are_searched_and_the_best_is_run(page: Page) -> None:
    sign_up(page, "searcher")
    run_backtest(page, "To be improved")
    page.get_by_role("link", name="Optimise").click()
    expect(page.get_by_role("heading", name="New optimisation")).to_be_visible()
    page.get_by_label("Objective").select_option("sharpe")
    page.get_by_label("Fewest trades").fill("1")
    page.get_by_role("button", name="Start the search").click()
    expect(page.get_by_text("This ratio takes 31 days at least").first).to_be_visible()
    page.get_by_label("Objective").select_option("total_return")
    page.get_by_role("button", name="Start the search").click()
    best = page.get_by_role("table", name="Best combinations")
    expect(best).to_be_visible(timeout=60_000)
    assert best.get_by_role("row").count() > 2
    expect(page.get_by_text("Heat map").first).to_be_visible()
    expect(page.get_by_text("Deflated Sharpe").first).to_be_visible()
    best.get_by_role("link", name="Run as backtest").first.click()
    expect(page.get_by_role("heading", name="New backtest")).to_be_visible()
    page.get_by_role("button", name="Run the backtest").click()
    expect(page.get_by_role("table", name="Trades", exact=True)).to_be_visible(timeout=RUN_MILLISECONDS)


def test_a_search_tells_how_far_it_is_and_is_cancelled(page: Page) -> None:
    sign_up(page, "impatient")
    run_backtest(page, "To be searched")
    page.get_by_role("link", name="Optimise").click()
    page.get_by_label("Method").select_option("bayesian")
    page.get_by_label("Objective").select_option("total_return")
    page.get_by_label("Trials").fill("5000")
    page.get_by_role("button", name="Start the search").click()
    progress = page.get_by_role("progressbar").first
    expect(progress).to_be_visible()
    # Told by the socket while it runs: the page itself asks for nothing.
    expect(progress).not_to_have_attribute("aria-valuenow", "0", timeout=30_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The optimisation was canceled")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


@pytest.mark.parametrize("path", ["/backtests", "/backtests/new", "/optimizations", "/optimizations/new", "/bots/new"])
def test_pages_fit_a_phone(browser: Browser, running: RunningPlatform, path: str) -> None:
    context = browser.new_context(base_url=running.url, viewport={"width": 375, "height": 812})
    phone = context.new_page()
    sign_up(phone, f"phone{abs(hash(path)) % 10_000}")
    phone.goto(path)
    expect(phone.get_by_role("heading").first).to_be_visible()
    phone.wait_for_load_state("networkidle")
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    context.close()

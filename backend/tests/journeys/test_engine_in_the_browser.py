"""Taking hold of bots in a real browser: a grid from paper to live, selling by hand, panic, signals from outside."""

import json
import re
import urllib.request
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from backend.tests.journeys.running_platform import RunningPlatform
from backend.tests.journeys.steps import TRADE_MILLISECONDS, choose_market, fill_bot, make_sandbox_key, sign_up


def price_now(running: RunningPlatform) -> float:
    """The sandbox's price of BTC/USDT."""
    markets = running.call("GET", "/_sandbox/markets", base=running.sandbox_url).body["markets"]
    return float(next(row["price"] for row in markets if row["symbol"] == "BTC/USDT"))


def fill_grid(page: Page, running: RunningPlatform, name: str) -> None:
    """The form of a grid around the price of now."""
    price = price_now(running)
    page.get_by_label("Kind of bot").select_option("grid")
    page.get_by_label("Name", exact=True).fill(name)
    choose_market(page, "BTC/USDT")
    page.get_by_label("Time frame").select_option("1s")
    page.get_by_label("Lowest price").fill(f"{price * 0.95:.0f}")
    page.get_by_label("Highest price").fill(f"{price * 1.05:.0f}")
    page.get_by_label("Intervals").fill("4")
    page.get_by_label("Amount per line").fill("100")


def add_key(page: Page, running: RunningPlatform) -> None:
    """A key of the sandbox by the form."""
    page.goto("/exchange-keys")
    key, secret = make_sandbox_key(page, running)
    page.get_by_label("Label").fill("Sandbox")
    page.get_by_label("API key", exact=True).fill(key)
    page.get_by_label("Secret key").fill(secret)
    page.get_by_role("button", name="Add key").click()
    expect(page.get_by_text(f"{key[:4]}…{key[-4:]}")).to_be_visible()


def test_a_grid_from_paper_to_live(page: Page, running: RunningPlatform) -> None:
    sign_up(page, "gridder")
    add_key(page, running)
    page.goto("/bots/new")
    fill_grid(page, running, "Lines")
    page.get_by_role("button", name="Create bot").click()
    expect(page.get_by_role("heading", name="Lines")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    trades = page.get_by_role("table", name="Trades")
    expect(trades.get_by_role("row").nth(1)).to_be_visible(timeout=TRADE_MILLISECONDS)
    # On paper the lines wait as they do at an exchange.
    expect(page.get_by_role("table", name="Resting orders").get_by_role("row").nth(4)).to_be_visible()

    page.get_by_role("button", name="Go live").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("The key may trade and cannot withdraw.")).to_be_visible()
    dialog.get_by_label("Money it may use").fill("2000")
    dialog.get_by_label("Name of the live bot").fill("Lines for real")
    dialog.get_by_label("Type “Lines” to confirm").fill("Lines")
    dialog.get_by_role("button", name="Make the live bot").click()
    dialog.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Lines for real")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    resting = page.get_by_role("table", name="Resting orders")
    expect(resting.get_by_role("row").nth(4)).to_be_visible(timeout=TRADE_MILLISECONDS)

    # Sold by hand: what rests is taken back first, and the bot is paused.
    page.get_by_role("button", name="Sell now").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Sell now").click()
    expect(page.get_by_test_id("bot-status").first).to_contain_text("Paused")
    manual = (
        page.get_by_role("table", name="Trades").get_by_role("row").filter(has_text=re.compile("sell", re.IGNORECASE))
    )
    expect(manual.first).to_be_visible(timeout=TRADE_MILLISECONDS)
    expect(page.get_by_role("table", name="Resting orders")).to_have_count(0, timeout=TRADE_MILLISECONDS)
    page.get_by_role("button", name="Stop", exact=True).first.click()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()


def test_panic_and_back(page: Page, running: RunningPlatform) -> None:
    sign_up(page, "nervous")
    page.goto("/bots/new")
    fill_bot(page, "Calm")
    page.get_by_role("button", name="Create bot").click()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("button", name="Pause", exact=True).first).to_be_visible()
    page.goto("/bots")
    page.get_by_role("button", name="Panic button").first.click()
    page.get_by_role("dialog").get_by_label("Also sell everything").check()
    page.get_by_role("dialog").get_by_role("button", name="Stop and sell everything").click()
    expect(page.get_by_text("You pressed the panic button.").first).to_be_visible()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.get_by_test_id("bot-status").first).to_contain_text("Paused")
    page.get_by_role("button", name="Switch trading on").first.click()
    expect(page.get_by_role("region", name="Trading is switched off")).to_have_count(0)
    page.get_by_role("button", name="Resume", exact=True).first.click()
    expect(page.get_by_test_id("bot-status").first).to_contain_text("Running")
    page.get_by_role("button", name="Stop", exact=True).first.click()


def test_a_signal_from_outside_is_acted_on(page: Page, running: RunningPlatform) -> None:
    sign_up(page, "alerted")
    page.goto("/bots/new")
    page.get_by_label("Name", exact=True).fill("Listener")
    choose_market(page, "BTC/USDT")
    page.get_by_label("Time frame").select_option("1m")
    page.get_by_label("Strategy", exact=True).select_option("webhook")
    page.get_by_label("Amount per trade").fill("100")
    page.get_by_role("button", name="Create bot").click()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("button", name="Stop", exact=True).first).to_be_visible()
    page.get_by_role("tab", name="Signals").click()
    page.get_by_role("button", name="Make an address").click()
    shown = page.get_by_label("The new address")
    address = re.search(r"http\S+/hooks/signals/[\w-]+", shown.inner_text())
    secret = re.search(r'"secret": "([\w-]+)"', shown.inner_text())
    assert address is not None, shown.inner_text()
    assert secret is not None, shown.inner_text()
    body = {"action": "buy", "time": datetime.now(UTC).isoformat(), "secret": secret.group(1)}
    request = urllib.request.Request(address.group(0), json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 202
    signals = page.get_by_role("table", name="Signals")
    expect(signals.get_by_text("the bot buys").first).to_be_visible(timeout=TRADE_MILLISECONDS)
    page.get_by_role("tab", name="Trades").click()
    row = page.get_by_role("table", name="Trades").get_by_role("row").filter(has_text=re.compile("buy", re.IGNORECASE))
    expect(row.first).to_be_visible(timeout=TRADE_MILLISECONDS)
    page.get_by_role("button", name="Stop", exact=True).first.click()


def test_limits_are_kept_and_differences_have_a_page(page: Page) -> None:
    sign_up(page, "cautious")
    page.goto("/limits")
    box = page.get_by_label("Largest order").first
    box.fill("250")
    page.get_by_role("button", name=re.compile("Save", re.IGNORECASE)).first.click()
    expect(page.get_by_text(re.compile("saved", re.IGNORECASE)).first).to_be_visible()
    page.reload()
    expect(page.get_by_label("Largest order").first).to_have_value("250")
    page.goto("/differences")
    expect(page.get_by_role("heading", name="Differences").first).to_be_visible()

"""A new user in a real browser: from sign-up to a trade that appears without a reload and equals the journal."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from backend.tests.journeys.running_platform import RunningPlatform
from backend.tests.journeys.steps import PASSWORD, TRADE_MILLISECONDS, fill_bot, make_sandbox_key, sign_up


def test_from_sign_up_to_a_trade(page: Page, running: RunningPlatform) -> None:
    sign_up(page, "browser")
    page.get_by_role("link", name="Exchange keys").first.click()
    key, secret = make_sandbox_key(page, running)
    page.get_by_label("Label").fill("Sandbox")
    page.get_by_label("API key", exact=True).fill(key)
    page.get_by_label("Secret key").fill(secret)
    page.get_by_role("button", name="Add key").click()
    expect(page.get_by_text(f"{key[:4]}…{key[-4:]}")).to_be_visible()

    page.goto("/bots/new")
    page.get_by_role("radio", name="Live trading").check()
    page.get_by_label("Exchange account").select_option(label="Sandbox · Binance (sandbox)")
    fill_bot(page, "From the browser")
    page.get_by_role("button", name="Create bot").click()
    expect(page.get_by_role("heading", name="From the browser")).to_be_visible()
    page.evaluate("window.neverReloaded = true")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("button", name="Stop", exact=True).first).to_be_visible()

    trades = page.get_by_role("table", name="Trades")
    row = trades.get_by_role("row").filter(has_text=re.compile("buy", re.IGNORECASE)).first
    expect(row).to_be_visible(timeout=TRADE_MILLISECONDS)
    assert page.evaluate("window.neverReloaded") is True
    page.get_by_role("button", name="Stop", exact=True).first.click()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()

    shown = row.inner_text().replace(",", "")
    fill = running.fills(key)[0]
    amounts = [Decimal(text) for text in re.findall(r"\d+\.\d+|\d+", shown)]
    assert any(abs(amount - Decimal(fill["price"])) <= Decimal("0.01") for amount in amounts), (shown, fill)
    assert Decimal(fill["quantity"]) in amounts, (shown, fill)


def test_what_was_typed_survives_an_error(page: Page) -> None:
    sign_up(page, "careless")
    page.goto("/bots/new")
    fill_bot(page, "Careless")
    page.get_by_label("Short period").fill("30")
    page.get_by_label("Long period").fill("10")
    page.get_by_role("button", name="Create bot").click()
    expect(page.get_by_text(re.compile("less than the long period", re.IGNORECASE)).first).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Careless")
    expect(page.get_by_label("Amount per trade")).to_have_value("100")


@pytest.mark.parametrize(
    ("password", "words"), [("weak", "8 characters"), ("longenough", "upper"), ("Longenough1", "symbol")]
)
def test_a_weak_password_is_told_while_typing(page: Page, password: str, words: str) -> None:
    page.goto("/sign-up")
    page.get_by_label("Email").fill("weak@example.com")
    page.get_by_label("Username").fill("weak")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text(re.compile(words)).first).to_be_visible()
    expect(page).to_have_url(re.compile("/sign-up"))


def test_wrong_password_and_way_back_to_the_page_asked_for(page: Page) -> None:
    sign_up(page, "returning")
    page.goto("/trades")
    page.context.clear_cookies()
    page.reload()
    page.get_by_label("Email").fill("returning@example.com")
    page.get_by_label("Password", exact=True).fill("Wrong-password-1")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("The e-mail address or the password is not right.").first).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/trades"))


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_pages_fit_their_window(page: Page, running: RunningPlatform, width: int, scheme: str) -> None:
    page.add_init_script(f"localStorage.setItem('tradefleet.theme', '{scheme}')")
    page.set_viewport_size({"width": width, "height": 800})
    sign_up(page, f"fits-{scheme}-{width}")
    for path in ("/", "/bots", "/bots/new", "/trades", "/exchange-keys", "/profile"):
        page.goto(path)
        expect(page.get_by_role("heading").first).to_be_visible()
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} px wide"

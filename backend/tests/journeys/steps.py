"""What users do again and again in the browser: signing up, making a key, filling in a bot."""

from playwright.sync_api import Page, expect

from backend.tests.journeys.running_platform import RunningPlatform

PASSWORD = "Browser-journey-1"
TRADE_MILLISECONDS = 90_000


def sign_up(page: Page, name: str) -> None:
    """A new account by the form; ends on the dashboard."""
    page.goto("/sign-up")
    page.get_by_label("Email").fill(f"{name}@example.com")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def make_sandbox_key(page: Page, running: RunningPlatform) -> tuple[str, str]:
    """A key from the sandbox's own page, as the guide says."""
    sandbox = page.context.new_page()
    sandbox.goto(running.sandbox_url)
    sandbox.get_by_role("button", name="Create an API key").click()
    expect(sandbox.locator("#api-secret")).not_to_be_empty()
    key, secret = sandbox.locator("#api-key").inner_text(), sandbox.locator("#api-secret").inner_text()
    sandbox.close()
    return key.strip(), secret.strip()


def fill_bot(page: Page, name: str) -> None:
    """The form of a bot that decides every second."""
    page.get_by_label("Name", exact=True).fill(name)
    choose_market(page, "BTC/USDT")
    page.get_by_label("Time frame").select_option("1s")
    page.get_by_label("Short period").fill("2")
    page.get_by_label("Long period").fill("5")
    page.get_by_label("Amount per trade").fill("100")
    page.get_by_label("Stop loss").fill("2")
    page.get_by_label("Take profit").fill("3")


def choose_market(page: Page, symbol: str) -> None:
    """The market by its search, as somebody types who is in a hurry."""
    box = page.get_by_label("Market", exact=True)
    box.fill(symbol.replace("/", "").lower())
    suggestions = page.get_by_role("listbox", name="Suggestions")
    expect(suggestions.get_by_role("option").first).to_contain_text(symbol)
    box.press("Enter")
    expect(box).to_have_value(symbol)

"""Those who run the platform, in a real browser: made by the command line, closed to everybody else."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from backend.config import PROJECT_ROOT
from backend.tests.journeys.accessibility import DESK, PHONE, serious_findings
from backend.tests.journeys.running_platform import RunningPlatform
from backend.tests.journeys.steps import PASSWORD, sign_up


def make_administrator(running: RunningPlatform, email: str) -> None:
    """By the command that the handbook names, while the platform runs."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("TRADEFLEET", "PYTEST"))},
        **{name: str(port) for name, port in running.ports.items()},
        "VAR_DIRECTORY": str(running.var),
        "ADMIN_PASSWORD": PASSWORD,
    }
    made = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "backend.cli:app", "create-admin", email],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert "is an administrator" in made.stdout


def log_in_as(page: Page, email: str) -> None:
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def running_bot(running: RunningPlatform, token: str) -> str:
    bot = {
        "name": "Governed", "symbols": ["BTC/USDT"], "strategy": "sma_crossover", "timeframe": "1h",
        "strategy_config": {"short_period": 2, "long_period": 5}, "base_amount": "100",
    }  # fmt: skip
    made = running.call("POST", "/api/v1/bots", bot, token)
    assert made.status == 201, made.body
    bot_id: str = made.body["data"]["id"]
    assert running.call("POST", f"/api/v1/bots/{bot_id}/start", {}, token).status == 200
    return bot_id


def test_an_account_is_found_deactivated_and_activated_and_it_stands_in_the_log(
    page: Page, running: RunningPlatform
) -> None:
    sign_up(page, "governed")
    login = {"email": "governed@example.com", "password": PASSWORD}
    token: str = running.call("POST", "/api/v1/auth/login", login).body["data"]["access_token"]
    bot_id = running_bot(running, token)
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)
    page.goto("/admin")
    expect(page.get_by_text("Only for those who run the platform")).to_be_visible()

    make_administrator(running, "chief@example.com")
    page.goto("/")
    log_in_as(page, "chief@example.com")
    page.get_by_role("link", name="Administration").click()
    page.get_by_label("Find users").fill("governed")
    page.get_by_role("table", name="Users").get_by_role("link", name="governed@example.com").click()
    expect(page.get_by_role("table", name="Bots").get_by_text("Running")).to_be_visible()

    page.get_by_role("button", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(page.get_by_role("table", name="Bots").get_by_text("Paused")).to_be_visible()
    assert running.call("GET", "/api/v1/bots", token=token).status == 401
    assert running.call("POST", "/api/v1/auth/login", login).status == 401
    page.get_by_role("button", name="Activate").click()
    page.get_by_role("dialog").get_by_role("button", name="Activate").click()
    expect(page.get_by_role("button", name="Deactivate")).to_be_visible()
    fresh: str = running.call("POST", "/api/v1/auth/login", login).body["data"]["access_token"]
    assert running.call("GET", f"/api/v1/bots/{bot_id}", token=fresh).body["data"]["status"] == "paused"

    page.get_by_role("link", name="audit log", exact=True).click()
    log = page.get_by_role("table", name="Audit log of all users")
    expect(log.get_by_text("Account changed by the operator").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    assert "admin.changed_user" in download.value.path().read_text()


def test_trading_is_switched_off_for_everybody_with_a_reason(page: Page, running: RunningPlatform) -> None:
    sign_up(page, "watcher")
    make_administrator(running, "switcher@example.com")
    log_in_as(page, "switcher@example.com")
    page.goto("/admin/platform")
    expect(page.get_by_role("list", name="Workers").get_by_text("engine")).to_be_visible()
    page.get_by_role("button", name="Switch off trading on Kraken").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Switch off").click()
    expect(dialog.get_by_text("Say why, in a few words.")).to_be_visible()
    dialog.get_by_label("Reason").fill("Maintenance at Kraken")
    dialog.get_by_role("button", name="Switch off").click()
    switches = page.get_by_role("list", name="Switches")
    expect(switches.get_by_text(re.compile("Maintenance at Kraken"))).to_be_visible()
    page.get_by_role("button", name="Switch on trading on Kraken").click()
    page.get_by_role("dialog").get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("button", name="Switch off trading on Kraken")).to_be_visible()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_its_pages_are_accessible_and_fit_a_telephone(page: Page, running: RunningPlatform, theme: str) -> None:
    address = f"caretaker-{theme}@example.com"
    make_administrator(running, address)
    page.add_init_script(f"localStorage.setItem('tradefleet.theme', '{theme}')")
    page.goto("/login")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        for path in ("/admin", "/admin/bots", "/admin/orders", "/admin/drifts", "/admin/platform", "/admin/audit-log"):
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.wait_for_load_state("networkidle")
            assert serious_findings(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path

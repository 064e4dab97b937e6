"""An account's life in a real browser, with a real mail server: verified, secured, forgotten, deleted."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from backend.foundation.waiting import wait_until
from backend.tests.journeys.accessibility import DESK, PHONE, serious_findings, tab_to
from backend.tests.journeys.running_platform import RunningPlatform, free_ports
from backend.tests.journeys.steps import PASSWORD, make_sandbox_key
from backend.tests.mail_server import Mailbox, running_mail_server

NEW_PASSWORD = "Browser-journey-2"
ADDRESS = "grace@example.com"


@pytest.fixture(scope="module")
def mailbox() -> Mailbox:
    """What the platform has sent."""
    return Mailbox()


@pytest.fixture(scope="module")
def mailing(var_folder: Path, mailbox: Mailbox) -> Iterator[RunningPlatform]:
    """A platform of its own that sends mail."""
    with running_mail_server(mailbox) as port:
        settings = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(port)}
        platform = RunningPlatform(var_folder / "mailing", free_ports(), settings)
        platform.start()
        yield platform
        assert platform.stop() == []


@pytest.fixture
def visitor(browser: Browser, mailing: RunningPlatform) -> Iterator[Page]:
    """Somebody's browser; the test fails when the page logs an error."""
    context = browser.new_context(base_url=mailing.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert [text for text in problems if "status of 4" not in text] == []


def letter_token(mailbox: Mailbox, subject: str) -> str:
    """The token of the newest letter of a kind, once it is there."""
    assert wait_until(lambda: any(subject in mail["Subject"] for mail in mailbox.to(ADDRESS)), 60)
    return mailbox.token(ADDRESS, subject)


def log_in(page: Page, password: str) -> None:
    page.goto("/login")
    page.get_by_label("Email").fill(ADDRESS)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_from_sign_up_to_a_deleted_account(visitor: Page, mailing: RunningPlatform, mailbox: Mailbox) -> None:
    page = visitor
    page.goto("/sign-up")
    page.get_by_label("Email").fill(ADDRESS)
    page.get_by_label("Username").fill("grace")
    page.get_by_label("Password", exact=True).fill("Password1!")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("known from breaches")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    banner = page.get_by_role("region", name="Your address is not verified")
    expect(banner).to_be_visible()

    # Without a verified address there are no exchange keys.
    key, secret = make_sandbox_key(page, mailing)
    page.goto("/exchange-keys")
    page.get_by_label("Label").fill("Sandbox")
    page.get_by_label("API key").fill(key)
    page.get_by_label("Secret key").fill(secret)
    page.get_by_role("button", name="Add key").click()
    expect(page.get_by_text("Verify your e-mail address first")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"/verify-email#token={letter_token(mailbox, 'Verify')}")
    other.get_by_role("button", name="Verify my address").click()
    expect(other.get_by_text("is verified")).to_be_visible()
    assert "token" not in other.url
    other.close()
    page.reload()
    expect(banner).to_have_count(0)
    page.get_by_label("Label").fill("Sandbox")
    page.get_by_label("API key").fill(key)
    page.get_by_label("Secret key").fill(secret)
    page.get_by_role("button", name="Add key").click()
    expect(page.get_by_role("list", name="Keys")).to_contain_text("not used yet")

    # The second factor.
    page.goto("/profile")
    page.get_by_role("button", name="Set it up").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("img", name="QR code of the key")).to_be_visible()
    totp = pyotp.TOTP(dialog.get_by_text(re.compile(r"^[A-Z2-7]{32}$")).inner_text())
    assert serious_findings(page) == []
    dialog.get_by_label("Code").fill("000000")
    dialog.get_by_role("button", name="Turn it on").click()
    expect(dialog.get_by_text("This code is not right").first).to_be_visible()
    dialog.get_by_label("Code").fill(totp.now())
    dialog.get_by_role("button", name="Turn it on").click()
    codes = dialog.get_by_text(re.compile(r"^([a-z2-7]{4}-){3}[a-z2-7]{4}\s")).inner_text().split()
    assert len(codes) == 10
    dialog.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left")).to_be_visible()

    # A forgotten password.
    page.get_by_role("button", name="Log out here").click()
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill(ADDRESS)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("a letter with a link is on its way")).to_be_visible()
    page.goto(f"/reset-password#token={letter_token(mailbox, 'Set a new password')}")
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your password is set")).to_be_visible()
    log_in(page, NEW_PASSWORD)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()

    # The keys are frozen until a code frees them.
    page.goto("/exchange-keys")
    expect(page.get_by_text("your keys are frozen until")).to_be_visible()
    assert serious_findings(page) == []
    page.get_by_label("Code of your authenticator").fill(codes[1])
    page.get_by_role("button", name="End the freeze").click()
    expect(page.get_by_text("your keys are frozen until")).to_have_count(0)

    # Everything goes along, and the account goes.
    page.goto("/profile")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download everything").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert b"grace@example.com" in archive.read("users.json")
        assert secret.encode() not in b"".join(archive.read(name) for name in archive.namelist())
    page.get_by_role("button", name="Delete account").click()
    dialog.get_by_label("Type grace to confirm").fill("grace")
    dialog.get_by_label("Password").fill(NEW_PASSWORD)
    dialog.get_by_label("Code").fill(codes[2])
    dialog.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()
    log_in(page, NEW_PASSWORD)
    expect(page.get_by_text("is not right").first).to_be_visible()
    assert wait_until(lambda: any("was deleted" in mail["Subject"] for mail in mailbox.to(ADDRESS)), 60)


@pytest.mark.parametrize(
    "path", ["/login", "/sign-up", "/forgot-password", "/reset-password#token=x", "/verify-email#token=x"]
)
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_pages_before_a_login_are_accessible_and_fit_a_telephone(visitor: Page, path: str, theme: str) -> None:
    visitor.set_viewport_size(PHONE)
    visitor.add_init_script(f"localStorage.setItem('tradefleet.theme', '{theme}')")
    visitor.goto(path)
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()
    assert serious_findings(visitor) == []
    assert visitor.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_logging_in_and_securing_the_account_by_keyboard(visitor: Page, mailing: RunningPlatform) -> None:
    person = {"email": "keys@example.com", "username": "keys", "password": PASSWORD}
    assert mailing.call("POST", "/api/v1/auth/register", person).status == 201
    page = visitor
    page.goto("/login")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    tab_to(page, "Email")
    page.keyboard.type(person["email"])
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    page.goto("/profile")
    expect(page.get_by_role("button", name="Set it up")).to_be_visible()
    for theme in ("dark", "light"):
        page.evaluate(f"localStorage.setItem('tradefleet.theme', '{theme}')")
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            page.reload()
            expect(page.get_by_role("button", name="Set it up")).to_be_visible()
            expect(page.get_by_role("table", name="Audit log")).to_be_visible()
            assert serious_findings(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tab_to(page, "Set it up", 120)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

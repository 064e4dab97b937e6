"""Logins, the password and access tokens in a real browser."""

import re

from playwright.sync_api import Page, expect

from backend.tests.journeys.running_platform import RunningPlatform
from backend.tests.journeys.steps import PASSWORD, sign_up

NEW_PASSWORD = "Browser-journey-2"


def test_a_token_is_shown_once_works_and_is_revoked(page: Page, running: RunningPlatform) -> None:
    sign_up(page, "scripter")
    page.goto("/profile")
    page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make token").click()
    expect(dialog.get_by_text("Name it after the script that uses it.")).to_be_visible()
    dialog.get_by_label("Name", exact=True).fill("Report")
    dialog.get_by_role("button", name="Make token").click()
    shown = dialog.get_by_text(re.compile(r"^tf_[\w-]{40,}$"))
    expect(shown).to_be_visible()
    token = shown.inner_text().strip()
    dialog.get_by_role("button", name="I have copied it").click()
    expect(page.get_by_role("list", name="Access tokens")).to_contain_text("never used")
    assert running.call("GET", "/api/v1/bots", token=token).status == 200
    assert running.call("POST", "/api/v1/bots/panic", {}, token).status == 403
    page.get_by_role("button", name="Revoke Report").click()
    expect(page.get_by_text("No tokens")).to_be_visible()
    assert running.call("GET", "/api/v1/bots", token=token).status == 401
    log = page.get_by_role("table", name="Audit log")
    expect(log.get_by_text("Access token created")).to_be_visible()
    expect(log.get_by_text("Access token changed")).to_be_visible()


def test_a_new_password_and_the_end_of_other_logins(page: Page, running: RunningPlatform) -> None:
    sign_up(page, "careful")
    elsewhere = {"email": "careful@example.com", "password": PASSWORD}
    login = running.call("POST", "/api/v1/auth/login", elsewhere)
    other: str = login.body["data"]["access_token"]
    page.goto("/profile")
    logins = page.get_by_role("list", name="Logins").get_by_role("listitem")
    expect(logins).to_have_count(2)
    page.get_by_label("Present password").fill("Wrong-password-1")
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("This is not your present password.").first).to_be_visible()
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    expect(logins).to_have_count(1)
    assert running.call("GET", "/api/v1/users/me", token=other).status == 401
    assert running.call("POST", "/api/v1/auth/login", {**elsewhere, "password": NEW_PASSWORD}).status == 200

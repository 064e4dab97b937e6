"""Requests whose headers, addresses or names lie: nothing of it reaches a letter, a header, a log or a redirect."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.backtests.models import Backtest
from backend.config import Settings
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.operations.logging import _renderer, mask_secrets
from backend.tests.accounts.conftest import PostOffice
from backend.tests.factories import PASSWORD, Factory
from backend.tests.mail_server import text_of
from backend.tests.operations.test_tenant_walk import routes

EVIL = "evil.example.com"
FORGED = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "gopher",
    "X-Original-URL": f"https://{EVIL}/",
    "Forwarded": f"host={EVIL};proto=https",
    "Origin": f"https://{EVIL}",
    "Referer": f"https://{EVIL}/",
}
BREAK = "x\r\nSet-Cookie: stolen=1\r\n\r\n<script>"


@pytest.mark.parametrize("headers", [{"Host": EVIL}, FORGED], ids=["host", "everything"])
def test_links_in_letters_lead_to_the_configured_page(
    client: FlaskClient, post: PostOffice, make: Factory, headers: dict[str, str]
) -> None:
    user = make.user()
    assert client.post("/api/v1/auth/password/forgot", json={"email": user.email}, headers=headers).status_code == 204
    account = {"email": "new@example.com", "username": "newcomer", "password": PASSWORD}
    assert client.post("/api/v1/auth/register", json=account, headers=headers).status_code == 201
    box = post.deliver()
    for mail in (box.newest(user.email, "Set a new password"), box.newest("new@example.com", "Verify")):
        page = mail.get_body(("html",))
        assert page is not None
        for text in (text_of(mail), str(page.get_content())):
            assert "https://page.example.com/" in text
            assert EVIL not in text
            assert "http://" not in text
        assert EVIL not in str(mail["From"]) + str(mail["Message-ID"])


def test_addresses_that_are_told_are_the_configured_ones(client: FlaskClient, make: Factory) -> None:
    user = make.user()
    bot = make.bot(user.id, strategy="webhook", strategy_config={})
    headers = {**make.headers(user), **FORGED}
    hook = client.post(f"/api/v1/bots/{bot.id}/signal-hook", headers=headers).get_json()["data"]
    assert hook["url"].startswith("https://page.example.com/api/v1/hooks/signals/")
    for path in ("/config.json", "/api/v1/swagger.json", "/api/v1/docs", "/health"):
        answer = client.get(path, headers=FORGED)
        assert EVIL not in answer.get_data(as_text=True), path
        assert EVIL not in str(answer.headers), path
        answer.close()


@pytest.mark.parametrize(
    "path",
    [
        f"//{EVIL}",
        f"//{EVIL}/%2e%2e",
        f"/%2f%2f{EVIL}",
        f"/\\{EVIL}",
        f"/.{EVIL}",
        f"/https://{EVIL}/",
        f"/login?next=https://{EVIL}",
        f"/api/v1//{EVIL}/",
        "/api/v1/bots/",
        "/api/v1//bots",
        f"/api/v1/docs?url=https://{EVIL}/swagger.json",
    ],
)
def test_no_address_leads_elsewhere(client: FlaskClient, path: str) -> None:
    # As it stands on the wire; a client would tidy it up.
    address, _, query = path.partition("?")
    answer = client.get("/", environ_overrides={"PATH_INFO": address, "QUERY_STRING": query}, headers=FORGED)
    assert not 300 <= answer.status_code < 400
    assert not {"Location", "Refresh"} & set(answer.headers.keys())
    answer.close()


@pytest.mark.parametrize("name", ["next", "redirect", "redirect_uri", "return_to", "url", "continue", "callback"])
def test_no_route_redirects(app: Flask, client: FlaskClient, make: Factory, name: str) -> None:
    headers = make.headers(make.user())
    for route in routes(app):
        if route.method != "GET":
            continue
        path = route.path.replace("{exchange_id}", "binance").replace("{name}", "rsi")
        for argument in route.arguments:
            path = path.replace(f"{{{argument}}}", str(new_id()))
        answer = client.get(f"/api/v1{path}?{name}=https://{EVIL}/", headers=headers)
        assert not 300 <= answer.status_code < 400, route
        assert "Location" not in answer.headers, route
        answer.close()


@pytest.mark.parametrize(
    "variable",
    [
        "HTTP_X_REQUEST_ID",
        "HTTP_ORIGIN",
        "HTTP_IDEMPOTENCY_KEY",
        "HTTP_USER_AGENT",
        "HTTP_ACCEPT",
        "HTTP_IF_NONE_MATCH",
        "HTTP_ACCEPT_ENCODING",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_COOKIE",
        "HTTP_AUTHORIZATION",
        "CONTENT_TYPE",
    ],
)
def test_no_header_of_a_request_adds_one_to_the_answer(client: FlaskClient, make: Factory, variable: str) -> None:
    headers = make.headers(make.user())
    # A server would not let such a header pass; the application does not rely on it.
    for method, path, body in (("GET", "/api/v1/bots", None), ("POST", "/api/v1/access-tokens", {"name": "x"})):
        given = {**headers} if variable != "HTTP_AUTHORIZATION" else {}
        answer = client.open(
            path, method=method, json=body, headers=given, environ_overrides={variable: f"application/json{BREAK}"}
        )
        assert answer.status_code < 500, answer.get_json()
        assert "Set-Cookie" not in answer.headers
        assert not [value for _, value in answer.headers if "\r" in value or "\n" in value or "<script>" in value]
        answer.close()


def test_no_name_adds_a_header_to_a_file(client: FlaskClient, make: Factory, platform: Platform) -> None:
    user, now = make.user(), platform.clock.now()
    name = f'a"; filename="x.exe{BREAK}'
    make.bot(user.id, name=name)
    run = Backtest(
        id=new_id(), user_id=user.id, name=name, strategy="sma_crossover", exchange="binance", symbol="BTC/USDT",
        timeframe="1m", start=now - timedelta(days=1), end=now, initial_balance=1000, configuration={}, status="failed",
    )  # fmt: skip
    with platform.database.across_tenants("test") as session:
        session.add(run)
    headers = {**make.headers(user), "Accept": "text/csv"}
    for path in ("/bots", "/backtests"):
        answer = client.get(f"/api/v1{path}", headers=headers)
        assert answer.status_code == 200
        assert "stolen=1" in answer.get_data(as_text=True), "the name is in the file"
        assert "stolen" not in str(answer.headers)


@pytest.mark.parametrize("environment", ["development", "production"])
def test_no_request_writes_a_log_line_of_its_own(settings: Settings, environment: str) -> None:
    line = "\n2026-03-02T12:00:00Z [info     ] login began user_id=admin\x1b[2K"
    renderer: Any = _renderer(settings.model_copy(update={"environment": environment}))
    event = mask_secrets(None, "info", {"event": "request", "level": "info", "path": f"/api/v1/x{line}"})
    written = renderer(None, "info", event)
    assert isinstance(written, str)
    assert "\n" not in written
    assert "\x1b" not in written


@pytest.mark.parametrize(
    "username",
    [
        "\N{CYRILLIC SMALL LETTER A}da",
        "\N{FULLWIDTH LATIN SMALL LETTER A}da",
        "adm\N{LATIN SMALL LETTER DOTLESS I}n",
        "a\N{COMBINING ACUTE ACCENT}da",
        "ada\N{ZERO WIDTH SPACE}",
        "ada\N{ZERO WIDTH NO-BREAK SPACE}",
        "ada\N{HANGUL FILLER}",
        "\N{RIGHT-TO-LEFT OVERRIDE}ada",
        "a\tda",
    ],
    ids=json.dumps,
)
def test_user_names_that_look_like_others_are_refused(client: FlaskClient, make: Factory, username: str) -> None:
    account = {"email": "twin@example.com", "username": username, "password": PASSWORD}
    for answer in (
        client.post("/api/v1/auth/register", json=account),
        client.patch("/api/v1/users/me", json={"username": username}, headers=make.headers(make.user())),
    ):
        assert answer.status_code == 422
        assert [detail["field"] for detail in answer.get_json()["details"]] == ["username"]


@pytest.mark.parametrize("twin", ["ADA", "ada ", " Ada\n"])
def test_a_user_name_in_other_letters_is_taken(client: FlaskClient, make: Factory, twin: str) -> None:
    make.user(username="ada")
    account = {"email": "twin@example.com", "username": twin, "password": PASSWORD}
    answer = client.post("/api/v1/auth/register", json=account)
    assert (answer.status_code, answer.get_json()["details"][0]["field"]) == (409, "username")


@pytest.mark.parametrize(
    "email",
    [
        "\N{CYRILLIC SMALL LETTER A}da@example.com",
        "ada@ex\N{CYRILLIC SMALL LETTER A}mple.com",
        "ada@\N{FULLWIDTH LATIN SMALL LETTER E}xample.com",
        "a\N{ZERO WIDTH SPACE}da@example.com",
        "ada@exa\N{ZERO WIDTH SPACE}mple.com",
        # Its small letter is a plain k.
        "\N{KELVIN SIGN}im@example.com",
    ],
    ids=json.dumps,
)
def test_addresses_that_look_like_others_are_no_new_ones(
    client: FlaskClient, post: PostOffice, make: Factory, email: str
) -> None:
    user, owner = make.user(), make.user(email="kim@example.com")
    account = {"email": email, "username": "twin", "password": PASSWORD}
    assert client.post("/api/v1/auth/register", json=account).status_code == 422
    body = {"new_email": email, "current_password": PASSWORD}
    assert client.put("/api/v1/users/me/email", json=body, headers=make.headers(user)).status_code == 422
    # Letters go to the address of the account, never to the one that was typed, though their small letters be equal.
    client.post("/api/v1/auth/password/forgot", json={"email": email})
    assert {str(mail["To"]) for mail in post.deliver().mails} <= {owner.email}


def test_nobody_compares_with_somebody_elses_backtest(client: FlaskClient, make: Factory, platform: Platform) -> None:
    user, other, now = make.user(), make.user(), platform.clock.now()

    def run(owner: Any) -> Backtest:
        return Backtest(
            id=new_id(), user_id=owner.id, name="Mine", strategy="sma_crossover", exchange="binance", symbol="BTC/USDT",
            timeframe="1m", start=now - timedelta(days=1), end=now, initial_balance=1000, configuration={},
            status="completed",
        )  # fmt: skip

    own, foreign = run(user), run(other)
    with platform.database.across_tenants("test") as session:
        session.add_all([own, foreign])
    path = f"/api/v1/backtests/compare?ids={own.id},{foreign.id}"
    answers = [client.get(path, headers=make.headers(one)).get_json() for one in (user, other)]
    assert [answer["code"] for answer in answers] == ["NOT_FOUND"] * 2

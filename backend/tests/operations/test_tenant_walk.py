"""Two tenants walk every route of the API: nobody reaches anything of the other's, by whatever id."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.accounts.models import AccessToken, UserSession
from backend.backtests.models import Backtest, Optimization
from backend.engine.reconciliation.models import Drift
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.market_data.models import CandleDownload
from backend.tests.factories import Factory

PUBLIC = {"exchange_id", "name", "token"}
"""Arguments that name nobody's own: exchanges, strategies, and hooks, whose token is the secret."""
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PATCH", "/bots/{bot_id}"): {"name": "Stolen"},
    ("POST", "/bots/{bot_id}/promote"): {
        "api_key_id": "{key_id}",
        "paper_balance": "100",
        "name": "Stolen",
        "confirmation": "Stolen",
    },
    ("PATCH", "/backtests/{backtest_id}"): {"name": "Stolen"},
    ("POST", "/api-keys/{key_id}/confirm"): {"confirm_no_withdrawal": "cannot withdraw"},
    ("POST", "/api-keys/{key_id}/rotate"): {"api_key": "stolen-key", "api_secret": "stolen-secret"},
}
"""What is sent where a body is read; a route that needs one and is not here fails the walk with 422."""
QUERIES: dict[tuple[str, str], str] = {
    ("GET", "/bots/{bot_id}/promote"): "api_key_id={key_id}&paper_balance=100",
    ("GET", "/optimizations/{optimization_id}/heat-map"): "x=short_period&y=long_period",
}


@dataclass(frozen=True)
class Route:
    """One method of one address, with its arguments in braces."""

    method: str
    path: str
    arguments: tuple[str, ...]


def routes(app: Flask) -> Iterator[Route]:
    """Every route of the API, read from the application."""
    for rule in app.url_map.iter_rules():
        resource = getattr(app.view_functions[rule.endpoint], "view_class", None)
        if not rule.rule.startswith("/api/v1/") or resource is None:
            continue
        path = rule.rule.removeprefix("/api/v1")
        for argument in rule.arguments:
            kind = "uuid" if f"<uuid:{argument}>" in path else "string"
            path = path.replace(f"<{kind}:{argument}>", f"{{{argument}}}")
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield Route(method, path, tuple(sorted(rule.arguments)))


@pytest.fixture
def mine(platform: Platform, make: Factory) -> dict[str, Any]:
    """One of everything that has an id, of one tenant."""
    user = make.user()
    now, bot, key = platform.clock.now(), make.bot(user.id, name="Mine"), make.api_key(user.id)
    market: dict[str, Any] = {"exchange": "binance", "symbol": "BTC/USDT", "timeframe": "1m"}
    period = {"start": now - timedelta(days=1), "end": now}
    research: dict[str, Any] = {
        **market, **period, "user_id": user.id, "name": "Mine", "strategy": "sma_crossover", "status": "completed",
        "configuration": {},
    }  # fmt: skip
    rows: dict[str, Any] = {
        "backtest_id": Backtest(id=new_id(), initial_balance=Decimal(1000), **research),
        "optimization_id": Optimization(id=new_id(), method="grid", objective="total_return", search={}, **research),
        "download_id": CandleDownload(
            id=new_id(), user_id=user.id, **market, start_at=now, end_at=now, status="queued", position=now
        ),
        "drift_id": Drift(
            id=new_id(), user_id=user.id, api_key_id=key.id, bot_id=bot.id, kind="balance_short", subject=str(bot.id),
            symbol="BTC/USDT", explanation="", state="confirmed", first_seen_at=now, last_seen_at=now,
        ),
        "token_id": AccessToken(
            id=new_id(), user_id=user.id, name="Mine", prefix="tf_abc", token_hash=str(new_id()), scopes=["bots:read"]
        ),
    }  # fmt: skip
    login = UserSession(
        user_id=user.id, refresh_token_hash=str(new_id()), family=new_id(), expires_at=now + timedelta(days=7)
    )
    with platform.database.across_tenants("test") as session:
        session.add_all([*rows.values(), login])
    ids = {name: row.id for name, row in rows.items()}
    return {**ids, "bot_id": bot.id, "key_id": key.id, "login_id": login.family, "user_id": user.id, "owner": user}


def filled(text: str, ids: dict[str, Any]) -> str:
    """The text with the ids in place of their names in braces."""
    for name, value in ids.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def ask(client: FlaskClient, route: Route, ids: dict[str, Any], headers: dict[str, str]) -> Any:
    """One request with these ids."""
    place = (route.method, route.path)
    body = {
        name: filled(value, ids) if isinstance(value, str) else value for name, value in BODIES.get(place, {}).items()
    }
    query = filled(QUERIES.get(place, ""), ids)
    address = f"/api/v1{filled(route.path, ids)}?{query}"
    return client.open(address, method=route.method, json=body if route.method != "GET" else None, headers=headers)


def test_every_route_with_an_id_knows_only_its_owner(
    app: Flask, client: FlaskClient, mine: dict[str, Any], make: Factory
) -> None:
    stranger, walked, wrong = make.headers(make.user()), 0, []
    for route in routes(app):
        own = set(route.arguments) - PUBLIC
        if not own:
            continue
        assert own <= set(mine), f"{route.path}: the walk needs something that has a {own - set(mine)}"
        answer = ask(client, route, mine, stranger)
        walked += 1
        if answer.status_code not in {403, 404}:
            wrong.append((route.method, route.path, answer.status_code, answer.get_data(as_text=True)[:200]))
        answer.close()
    assert wrong == []
    assert walked > 45


def test_the_ids_of_the_walk_are_good_for_their_owner(
    app: Flask, client: FlaskClient, mine: dict[str, Any], make: Factory
) -> None:
    owner, unknown = make.headers(mine["owner"]), []
    for route in routes(app):
        # What lies under /admin is nobody's own; administration's own tests say who may see it.
        if route.method == "GET" and set(route.arguments) - PUBLIC and not route.path.startswith("/admin/"):
            answer = ask(client, route, mine, owner)
            if answer.status_code in {401, 403, 404}:
                unknown.append((route.path, answer.status_code))
            answer.close()
    # What a run that has no result cannot show is not there for its owner either.
    assert {path for path, _ in unknown} <= {
        "/backtests/{backtest_id}/candles",
        "/backtests/{backtest_id}/equity",
        "/backtests/{backtest_id}/export",
        "/backtests/{backtest_id}/fills",
        "/backtests/{backtest_id}/report",
        "/backtests/{backtest_id}/result",
        "/backtests/{backtest_id}/trades",
        "/optimizations/{optimization_id}/heat-map",
    }


def test_every_route_is_closed_to_whoever_has_not_logged_in(
    app: Flask, client: FlaskClient, mine: dict[str, Any]
) -> None:
    open_ones = set()
    for route in routes(app):
        answer = ask(client, route, {**mine, "exchange_id": "binance", "name": "rsi", "token": "none"}, {})
        if answer.status_code != 401:
            open_ones.add(f"{route.method} {route.path}")
        answer.close()
    assert open_ones == {
        "POST /auth/register",
        "POST /auth/login",
        "POST /auth/logout",
        "POST /auth/mfa/verify",
        "POST /auth/password/forgot",
        "POST /auth/password/reset",
        "POST /auth/verify-email",
        "POST /hooks/signals/{token}",
        "GET /swagger.json",
    }


@pytest.mark.parametrize("path", ["/trades", "/orders", "/positions", "/drifts"])
def test_lists_narrowed_to_somebody_elses_bot_are_empty(
    client: FlaskClient, mine: dict[str, Any], make: Factory, path: str
) -> None:
    answer = client.get(f"/api/v1{path}?bot_id={mine['bot_id']}", headers=make.headers(make.user()))
    assert (answer.status_code, answer.get_json()["data"]["items"]) == (200, [])


def test_somebody_elses_key_in_a_body_is_nobodys(client: FlaskClient, mine: dict[str, Any], make: Factory) -> None:
    user = make.user()
    headers, own = make.headers(user), make.bot(user.id)
    key_id = str(mine["key_id"])
    bot = {
        "name": "Thief", "symbols": ["BTC/USDT"], "strategy": "sma_crossover", "timeframe": "1m", "base_amount": "100",
        "is_paper_trading": False, "api_key_id": key_id,
    }  # fmt: skip
    limit = {"api_key_id": key_id, "max_order_amount": "1", "max_open_amount": None, "max_open_positions": None}
    for answer in (
        client.post("/api/v1/bots", json=bot, headers=headers),
        client.patch(f"/api/v1/bots/{own.id}", json={"is_paper_trading": False, "api_key_id": key_id}, headers=headers),
        client.put("/api/v1/trading-limits", json=limit, headers=headers),
        client.get(f"/api/v1/bots/{own.id}/promote?api_key_id={key_id}&paper_balance=1", headers=headers),
    ):
        assert answer.status_code in {404, 422}, answer.get_json()
        assert "no" in answer.get_json()["error"] or answer.get_json()["details"]
    assert UUID(key_id)

"""The two addresses by which a browser logs in with an OpenID Connect provider; without one they say so."""

from collections.abc import Callable
from typing import Any

import requests
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, g, redirect
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError

from backend.accounts import commands
from backend.accounts.challenges import make_challenge
from backend.accounts.login_answers import caller, login_answer, refresh_lifetime
from backend.accounts.openid import ProviderRefused, account_of
from backend.config import Settings
from backend.foundation.errors import ApplicationError, DependencyUnavailable
from backend.foundation.rate_limits import spend_as_stranger
from backend.foundation.requests import platform
from backend.foundation.responses import answer_exception

log = structlog.get_logger(__name__)

_SECONDS = 10


class NoProvider(DependencyUnavailable):
    """The operator has set up no provider."""

    def __init__(self) -> None:
        super().__init__("Logging in with a provider is not set up on this server (OIDC_ISSUER). Use your password.")


def install(app: Flask, settings: Settings) -> None:
    """Serve both addresses. What lies between them is kept in a signed cookie of the browser's, for ten minutes."""
    app.config.update(
        SESSION_COOKIE_NAME="tradefleet_openid",
        SESSION_COOKIE_PATH="/api/v1/auth/oidc",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.is_production,
        # The provider's page leads back here: Strict would lose it.
        SESSION_COOKIE_SAMESITE="Lax",
    )
    provider = _provider(app, settings)
    openid = Blueprint("openid", __name__, url_prefix="/api/v1/auth/oidc")
    openid.add_url_rule("/start", "start", _guarded(lambda: _start(provider, settings)))
    openid.add_url_rule("/callback", "callback", _guarded(lambda: _come_back(provider, settings)))
    app.register_blueprint(openid)


def _provider(app: Flask, settings: Settings) -> Any:
    if settings.oidc_issuer is None or settings.oidc_client_secret is None:
        return None
    return OAuth(app).register(
        name="provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": _SECONDS,
        },
    )


def _guarded(view: Callable[[], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
    def guarded() -> ResponseReturnValue:
        g.budget = "auth"
        try:
            spend_as_stranger("auth")
            return view()
        except ApplicationError as error:
            return answer_exception(error)

    return guarded


def _start(provider: Any, settings: Settings) -> ResponseReturnValue:
    """Send the browser to the provider."""
    if provider is None:
        raise NoProvider
    base = settings.backend_url or settings.page_url
    try:
        answer: ResponseReturnValue = provider.authorize_redirect(f"{base}/api/v1/auth/oidc/callback")
    except (OAuthError, requests.RequestException, ValueError) as error:
        log.warning("provider_not_asked", error=type(error).__name__)
        return _to_login("problem=unreachable")
    return answer


def _come_back(provider: Any, settings: Settings) -> ResponseReturnValue:
    """Log in whom the provider names, and lead the browser to the page."""
    if provider is None:
        raise NoProvider
    try:
        claims = provider.authorize_access_token(leeway=60)["userinfo"]
    except (OAuthError, JoseError, KeyError, requests.RequestException, ValueError) as error:
        # Its words come from outside, by the browser: they are not repeated.
        log.warning("provider_refused", error=type(error).__name__)
        return _to_login("problem=refused")
    clock, who = platform().clock, caller()
    try:
        with platform().database.across_tenants("log in by a provider: it names the account") as session:
            user = account_of(session, clock, claims)
            if user.mfa_enabled:
                return _to_login(f"mfa_token={make_challenge(platform(), user)}")
            login = commands.begin_login(session, clock, user, who, refresh_lifetime())
            cookies = login_answer(session, login, who.device)
    except ProviderRefused as refusal:
        return _to_login(f"problem={refusal.code}")
    answer = redirect(f"{settings.page_url}/login#logged-in")
    for cookie in cookies.headers.getlist("Set-Cookie"):
        answer.headers.add("Set-Cookie", cookie)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _to_login(fragment: str) -> ResponseReturnValue:
    return redirect(f"{platform().settings.page_url}/login#{fragment}")

"""Who is asking: reads the access token of a request and names its tenant."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app, g, request

from backend.accounts.tokens import AccessTokens, Identity
from backend.foundation.errors import Unauthorized
from backend.foundation.idempotency import answer_once
from backend.foundation.openapi import describe
from backend.foundation.rate_limits import spend_as, spend_as_stranger
from backend.foundation.requests import platform, set_tenant

View = TypeVar("View", bound=Callable[..., Any])


def access_tokens() -> AccessTokens:
    """The application's access tokens."""
    return cast(AccessTokens, current_app.extensions["access_tokens"])


def authenticated(view: View) -> View:
    """Let only a valid access token pass; the request then acts as its user."""

    @wraps(view)
    def wrapper(*arguments: Any, **options: Any) -> Any:
        try:
            identity = access_tokens().read(_bearer_token())
        except Unauthorized:
            spend_as_stranger(None)
            raise
        g.identity = identity
        spend_as(f"user {identity.user_id}", platform().settings.rate_limit_page, g.budget)
        set_tenant(identity.user_id)
        return answer_once(lambda: view(*arguments, **options))

    return describe(cast(View, wrapper), secured=True)


def identity() -> Identity:
    """Who is asking, after `authenticated`."""
    return cast(Identity, g.identity)


def _bearer_token() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Unauthorized("Log in first: send the access token as the header Authorization: Bearer ….")
    return token.strip()

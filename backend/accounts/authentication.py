"""Who is asking: reads the access token of a request and names its tenant."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import current_app, g, request

from backend.accounts.personal_tokens import TOKEN_PREFIX, bearer_of, check_scope
from backend.accounts.roles import ROLE_SCOPES, check_role
from backend.accounts.scopes import LOGIN_ONLY, SCOPES
from backend.accounts.tokens import AccessTokens
from backend.foundation.errors import Unauthorized
from backend.foundation.idempotency import answer_once
from backend.foundation.openapi import describe
from backend.foundation.rate_limits import spend_as, spend_as_stranger
from backend.foundation.requests import platform, set_tenant

View = TypeVar("View", bound=Callable[..., Any])


def access_tokens() -> AccessTokens:
    """The application's access tokens."""
    return cast(AccessTokens, current_app.extensions["access_tokens"])


def authenticated(scope: str) -> Callable[[View], View]:
    """Let only those pass who may do what the scope names; the request then acts in their name.

    A login may do everything; a personal access token what it was given. `LOGIN_ONLY` keeps tokens out, and so do
    the scopes that a role gives.
    """
    assert scope == LOGIN_ONLY or scope in SCOPES or scope in ROLE_SCOPES, scope

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*arguments: Any, **options: Any) -> Any:
            set_tenant(_admitted(scope))
            return answer_once(lambda: view(*arguments, **options))

        return describe(cast(View, wrapper), secured=True, scope=scope)

    return decorate


def _admitted(scope: str) -> UUID:
    """Whose request this is, once it is counted and allowed. Raises Unauthorized, TooManyRequests, Forbidden."""
    token, settings = _bearer_token(), platform().settings
    try:
        if not token.startswith(TOKEN_PREFIX):
            identity = access_tokens().read(token)
            g.login, user_id = identity.family, identity.user_id
            spend_as(f"user {user_id}", settings.rate_limit_page, g.budget)
            if scope in ROLE_SCOPES:
                check_role(platform(), user_id, scope)
            return user_id
        bearer = bearer_of(platform(), token)
    except Unauthorized:
        spend_as_stranger(None)
        raise
    g.actor = f"token {bearer.token_id}"
    spend_as(f"token {bearer.token_id}", settings.rate_limit_token, g.budget)
    check_scope(bearer, LOGIN_ONLY if scope in ROLE_SCOPES else scope)
    return bearer.user_id


def own_login() -> UUID:
    """The login of this request, where `LOGIN_ONLY` let it in."""
    return cast(UUID, g.login)


def end_access(families: Iterable[UUID]) -> None:
    """Refuse the access tokens of logins that have ended, from now on."""
    for family in families:
        access_tokens().revoke_family(family)


def _bearer_token() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Unauthorized("Log in first: send the access token as the header Authorization: Bearer ….")
    return token.strip()

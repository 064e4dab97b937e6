"""How a login reaches a browser: the answer's token, and the cookies that scripts of a page cannot read."""

from datetime import timedelta
from typing import Any

from flask import Response, make_response, request
from sqlalchemy.orm import Session

from backend.accounts import commands
from backend.accounts.authentication import access_tokens
from backend.accounts.devices import Caller, new_device_mark
from backend.accounts.errors import ForeignOrigin, NoSession
from backend.accounts.models import User
from backend.accounts.schemas import LoginSchema
from backend.foundation.requests import platform
from backend.foundation.responses import envelope

REFRESH_COOKIE = "tradefleet_refresh"
_DEVICE_COOKIE = "tradefleet_device"
_DEVICE_REMEMBERED = timedelta(days=400)
_COOKIE_PATH = "/api/v1/auth"
_LONGEST_MARK = 64


def caller() -> Caller:
    """Where this request comes from; a browser without a mark of its device is given one by `login_answer`."""
    mark = request.cookies.get(_DEVICE_COOKIE, "")[:_LONGEST_MARK] or new_device_mark()
    return Caller(request.remote_addr, (request.user_agent.string or "")[:400] or None, mark)


def refresh_lifetime() -> timedelta:
    """How long a login lives without a visit."""
    return timedelta(days=platform().settings.refresh_token_days)


def refresh_token() -> str:
    """The token of the refresh cookie. Raises NoSession."""
    token = request.cookies.get(REFRESH_COOKIE)
    if not token:
        raise NoSession
    return token


def refuse_foreign_origin() -> None:
    """A site that has the browser send its cookie is told apart by the headers that scripts cannot forge."""
    origin = request.headers.get("Origin")
    own = {platform().settings.page_url, request.host_url.rstrip("/"), *platform().settings.allowed_origins}
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if (origin is not None and origin not in own) or (origin is None and site not in {"same-origin", "none"}):
        raise ForeignOrigin


def profile(session: Session, user: User) -> dict[str, Any]:
    """The user as its owner sees it, with what upper features add."""
    columns = {column.key: getattr(user, column.key) for column in User.__table__.columns}
    added = access_tokens().added_claims(session, user.id)
    return {**columns, "mfa_enabled": user.mfa_enabled, **added}


def login_answer(session: Session, login: commands.Login, device: str | None) -> Response:
    """The access token in the answer, the refresh token and the device's mark in cookies."""
    data = {
        "access_token": access_tokens().issue(session, login.user, login.family),
        "token_type": "Bearer",
        "expires_in": access_tokens().lifetime_seconds,
        "user": profile(session, login.user),
    }
    response = make_response(envelope(LoginSchema().dump(data)), 200)
    options: dict[str, Any] = {
        "path": _COOKIE_PATH,
        "httponly": True,
        "secure": platform().settings.is_production,
        "samesite": "Strict",
    }
    response.set_cookie(REFRESH_COOKIE, login.refresh_token, expires=login.expires_at, **options)
    if device is not None:
        response.set_cookie(_DEVICE_COOKIE, device, max_age=_DEVICE_REMEMBERED, **options)
    response.headers["Cache-Control"] = "no-store"
    return response


def logged_out() -> Response:
    """204, and the browser forgets the refresh cookie."""
    response = make_response("", 204)
    response.delete_cookie(REFRESH_COOKIE, path=_COOKIE_PATH, httponly=True, samesite="Strict")
    return response

"""Routes of accounts: /auth and /users/me."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, make_response, request
from flask_restx import Namespace
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts import commands, personal_tokens, queries
from backend.accounts.authentication import access_tokens, authenticated, own_login
from backend.accounts.errors import ForeignOrigin, NoSession, WrongCredentials
from backend.accounts.guessing import attempt_of
from backend.accounts.models import AccessToken, User
from backend.accounts.schemas import (
    AccessTokenSchema,
    AuditEntrySchema,
    CredentialsSchema,
    LoginDeviceSchema,
    LoginSchema,
    MadeAccessTokenSchema,
    NewAccessTokenSchema,
    PasswordChangeSchema,
    ProfileChangeSchema,
    RegistrationSchema,
    UserSchema,
)
from backend.accounts.scopes import LOGIN_ONLY
from backend.foundation.audit import AuditEntry
from backend.foundation.pagination import Page, paginate
from backend.foundation.rate_limits import limited
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.responses import envelope
from backend.foundation.rest import ApiResource, answers, answers_nothing, answers_page, expects, expects_arguments
from backend.foundation.schemas import PageArguments

authentication = Namespace("auth", description="Sign up, log in, stay logged in, log out")
tokens = Namespace("access-tokens", description="Tokens for scripts, with scopes and an end")
users = Namespace("users", description="The user's own account")

REFRESH_COOKIE = "tradefleet_refresh"
_COOKIE_PATH = "/api/v1/auth"


@authentication.route("/register")
class Register(ApiResource):
    """Signing up."""

    @limited("auth")
    @expects(RegistrationSchema)
    @answers(UserSchema, status=201)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Create an account."""
        with platform().database.across_tenants("register: e-mail and username are unique over all") as session:
            user = commands.register(session, platform().clock, data)
            return _profile(session, user)


@authentication.route("/login")
class LogIn(ApiResource):
    """Logging in."""

    @limited("auth")
    @expects(CredentialsSchema)
    @answers(LoginSchema)
    def post(self, data: dict[str, Any]) -> Response:
        """Log in with e-mail and password; the refresh token comes as an HttpOnly cookie."""
        with platform().database.across_tenants("log in: the tenant is not known yet") as session:
            clock, email = platform().clock, data["email"]
            attempt = attempt_of(session, clock, email, request.remote_addr)
            attempt.check(platform().redis)
            try:
                login = commands.log_in(session, clock, email, data["password"], _caller(), _refresh_lifetime())
            except WrongCredentials:
                attempt.note_failure(platform().redis)
                raise
            return _login_answer(session, login)


@authentication.route("/refresh")
class Refresh(ApiResource):
    """Staying logged in."""

    @answers(LoginSchema)
    def post(self) -> Response:
        """Renew the login of the refresh cookie; the cookie is replaced."""
        _refuse_foreign_origin()
        with platform().database.across_tenants("refresh: the tenant is not known yet") as session:
            renewed = commands.refresh(session, platform().clock, _refresh_token(), _caller(), _refresh_lifetime())
            if not isinstance(renewed, UUID):
                return _login_answer(session, renewed)
        access_tokens().revoke_family(renewed)
        raise NoSession("This login was used from two places and has been ended for safety. Log in again.")


@authentication.route("/logout")
class LogOut(ApiResource):
    """Logging out."""

    @answers_nothing
    def post(self) -> Response:
        """End the login of the refresh cookie."""
        _refuse_foreign_origin()
        token = request.cookies.get(REFRESH_COOKIE)
        if token:
            with platform().database.across_tenants("log out: the cookie alone names the login") as session:
                family = commands.log_out(session, platform().clock, token)
            if family is not None:
                access_tokens().revoke_family(family)
        response = make_response("", 204)
        response.delete_cookie(REFRESH_COOKIE, path=_COOKIE_PATH, httponly=True, samesite="Strict")
        return response


@users.route("/me")
class Me(ApiResource):
    """The user's own account."""

    @authenticated("account:read")
    @answers(UserSchema)
    def get(self) -> dict[str, Any]:
        """The account of the access token."""
        session = request_session()
        return _profile(session, queries.own_account(session, tenant()))

    @authenticated(LOGIN_ONLY)
    @expects(ProfileChangeSchema)
    @answers(UserSchema)
    def patch(self, data: dict[str, Any]) -> dict[str, Any]:
        """Change the profile."""
        session = request_session()
        return _profile(session, commands.change_profile(session, tenant(), data))


@users.route("/me/password")
class Password(ApiResource):
    """The account's password."""

    @authenticated(LOGIN_ONLY)
    @limited("auth")
    @expects(PasswordChangeSchema)
    @answers_nothing
    def put(self, data: dict[str, Any]) -> None:
        """Set a new password; every other login ends."""
        session, clock = request_session(), platform().clock
        current, new = data["current_password"], data["new_password"]
        _refuse_from_now_on(commands.change_password(session, clock, tenant(), current, new, own_login()))


@users.route("/me/sessions")
class Sessions(ApiResource):
    """Where the user is logged in."""

    @authenticated(LOGIN_ONLY)
    @answers(LoginDeviceSchema, many=True)
    def get(self) -> list[dict[str, Any]]:
        """Logins that have not ended, the newest first."""
        return queries.living_logins(request_session(), platform().clock.now(), tenant(), own_login())

    @authenticated(LOGIN_ONLY)
    @answers_nothing
    def delete(self) -> None:
        """End every login but this one."""
        _refuse_from_now_on(commands.end_other_logins(request_session(), platform().clock, tenant(), own_login()))


@users.route("/me/sessions/<uuid:login_id>")
class OneSession(ApiResource):
    """One login."""

    @authenticated(LOGIN_ONLY)
    @answers_nothing
    def delete(self, login_id: UUID) -> None:
        """End the login; its browser has to log in again."""
        commands.end_own_login(request_session(), platform().clock, tenant(), login_id)
        _refuse_from_now_on([login_id])


@users.route("/me/audit-log")
class AuditLog(ApiResource):
    """What was changed in the user's name."""

    @authenticated("account:read")
    @expects_arguments(PageArguments)
    @answers_page(AuditEntrySchema)
    def get(self, arguments: dict[str, Any]) -> Page[AuditEntry]:
        """Changes, newest first: what, from what to what, from where."""
        statement = select(AuditEntry).where(AuditEntry.user_id == tenant()).order_by(AuditEntry.id.desc())
        return paginate(request_session(), statement, arguments["limit"], arguments["offset"])


@tokens.route("")
class AccessTokenList(ApiResource):
    """The user's access tokens."""

    @authenticated(LOGIN_ONLY)
    @answers(AccessTokenSchema, many=True)
    def get(self) -> list[AccessToken]:
        """Tokens that are not revoked, newest first."""
        return personal_tokens.own_tokens(request_session(), tenant())

    @authenticated(LOGIN_ONLY)
    @expects(NewAccessTokenSchema)
    @answers(MadeAccessTokenSchema, status=201)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Make a token; its text is shown this once."""
        token, secret = personal_tokens.create_token(request_session(), platform().clock, tenant(), data)
        return {**{column.key: getattr(token, column.key) for column in AccessToken.__table__.columns}, "token": secret}


@tokens.route("/<uuid:token_id>")
class OneAccessToken(ApiResource):
    """One access token."""

    @authenticated(LOGIN_ONLY)
    @answers_nothing
    def delete(self, token_id: UUID) -> None:
        """Revoke the token; scripts that use it are refused from now on."""
        personal_tokens.revoke_token(request_session(), platform().clock, tenant(), token_id)


def _refuse_from_now_on(families: list[UUID]) -> None:
    for family in families:
        access_tokens().revoke_family(family)


def _refuse_foreign_origin() -> None:
    """A site that has the browser send its cookie is told apart by the headers that scripts cannot forge."""
    origin = request.headers.get("Origin")
    own = {platform().settings.page_url, request.host_url.rstrip("/"), *platform().settings.allowed_origins}
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if (origin is not None and origin not in own) or (origin is None and site not in {"same-origin", "none"}):
        raise ForeignOrigin


def _caller() -> commands.Caller:
    return commands.Caller(request.remote_addr, (request.user_agent.string or "")[:400] or None)


def _refresh_lifetime() -> timedelta:
    return timedelta(days=platform().settings.refresh_token_days)


def _refresh_token() -> str:
    token = request.cookies.get(REFRESH_COOKIE)
    if not token:
        raise NoSession
    return token


def _profile(session: Session, user: User) -> dict[str, Any]:
    columns = {column.key: getattr(user, column.key) for column in User.__table__.columns}
    return {**columns, **access_tokens().added_claims(session, user.id)}


def _login_answer(session: Session, login: commands.Login) -> Response:
    data = {
        "access_token": access_tokens().issue(session, login.user, login.family),
        "token_type": "Bearer",
        "expires_in": access_tokens().lifetime_seconds,
        "user": _profile(session, login.user),
    }
    response = make_response(envelope(LoginSchema().dump(data)), 200)
    response.set_cookie(
        REFRESH_COOKIE,
        login.refresh_token,
        expires=login.expires_at,
        path=_COOKIE_PATH,
        httponly=True,
        secure=platform().settings.is_production,
        samesite="Strict",
    )
    response.headers["Cache-Control"] = "no-store"
    return response

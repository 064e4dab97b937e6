"""Routes of the user's own account: /users/me and /access-tokens."""

from typing import Any, cast
from uuid import UUID

from flask import Response, current_app
from flask_restx import Namespace

from backend.accounts import commands, emails, personal_tokens, queries
from backend.accounts.auth_api import refuse_breached
from backend.accounts.authentication import authenticated, end_access, own_login
from backend.accounts.deletion import CloseAccount, DeletionWish, delete_account
from backend.accounts.login_answers import logged_out, profile
from backend.accounts.models import AccessToken
from backend.accounts.schemas import (
    AccessTokenSchema,
    AuditEntrySchema,
    AuditLogArguments,
    DeletionSchema,
    EmailChangeSchema,
    LoginDeviceSchema,
    MadeAccessTokenSchema,
    NewAccessTokenSchema,
    PasswordChangeSchema,
    ProfileChangeSchema,
    UserSchema,
)
from backend.accounts.scopes import LOGIN_ONLY
from backend.foundation.audit import AuditEntry
from backend.foundation.pagination import Page
from backend.foundation.rate_limits import limited
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import ApiResource, answers, answers_nothing, answers_page, expects, expects_arguments

tokens = Namespace("access-tokens", description="Tokens for scripts, with scopes and an end")
users = Namespace("users", description="The user's own account")


@users.route("/me")
class Me(ApiResource):
    """The user's own account."""

    @authenticated("account:read")
    @answers(UserSchema)
    def get(self) -> dict[str, Any]:
        """The account of the access token."""
        session = request_session()
        return profile(session, queries.own_account(session, tenant()))

    @authenticated(LOGIN_ONLY)
    @expects(ProfileChangeSchema)
    @answers(UserSchema)
    def patch(self, data: dict[str, Any]) -> dict[str, Any]:
        """Change the profile."""
        session = request_session()
        return profile(session, commands.change_profile(session, tenant(), data))

    @authenticated(LOGIN_ONLY)
    @limited("auth")
    @expects(DeletionSchema)
    @answers_nothing
    def delete(self, data: dict[str, Any]) -> Response:
        """Delete the account for good: bots stop, keys are destroyed, and everything in it is erased."""
        plugs, closers = platform(), cast(tuple[CloseAccount, ...], current_app.extensions["account_closers"])
        with plugs.database.across_tenants("delete an account: its row may only be changed across") as session:
            ended = delete_account(session, plugs.clock, plugs.vault, tenant(), DeletionWish(**data), closers)
        end_access([*ended, own_login()])
        return logged_out()


@users.route("/me/password")
class Password(ApiResource):
    """The account's password."""

    @authenticated(LOGIN_ONLY)
    @limited("auth")
    @expects(PasswordChangeSchema)
    @answers_nothing
    def put(self, data: dict[str, Any]) -> None:
        """Set a new password; every other login ends."""
        current, new = data["current_password"], data["new_password"]
        refuse_breached(new, "new_password")
        session, clock = request_session(), platform().clock
        end_access(commands.change_password(session, clock, tenant(), current, new, own_login()))


@users.route("/me/email")
class EmailAddress(ApiResource):
    """The account's e-mail address."""

    @authenticated(LOGIN_ONLY)
    @limited("auth")
    @expects(EmailChangeSchema)
    @answers_nothing
    def put(self, data: dict[str, Any]) -> None:
        """Ask for another address; it takes over once the link of the letter sent there is followed."""
        plugs = platform()
        new_email, password = data["new_email"], data["current_password"]
        emails.ask_for_change(request_session(), plugs.clock, plugs.settings, tenant(), new_email, password)


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
        end_access(commands.end_other_logins(request_session(), platform().clock, tenant(), own_login()))


@users.route("/me/sessions/<uuid:login_id>")
class OneSession(ApiResource):
    """One login."""

    @authenticated(LOGIN_ONLY)
    @answers_nothing
    def delete(self, login_id: UUID) -> None:
        """End the login; its browser has to log in again."""
        commands.end_own_login(request_session(), platform().clock, tenant(), login_id)
        end_access([login_id])


@users.route("/me/audit-log")
class AuditLog(ApiResource):
    """What was changed in the user's name."""

    @authenticated("account:read")
    @expects_arguments(AuditLogArguments)
    @answers_page(AuditEntrySchema)
    def get(self, arguments: dict[str, Any]) -> Page[AuditEntry]:
        """Changes, newest first unless sorted otherwise: what, from what to what, from where."""
        return queries.audit_page(request_session(), tenant(), arguments)


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

"""Routes of /auth: signing up, logging in and out, verifying an address, setting a new password."""

from typing import Any, cast
from uuid import UUID

from flask import Response, current_app, make_response, request
from flask_restx import Namespace

from backend.accounts import commands, emails, passwords
from backend.accounts.authentication import access_tokens, authenticated, end_access, own_login
from backend.accounts.breached import BreachedPasswords
from backend.accounts.challenges import LIFETIME, make_challenge, read_challenge
from backend.accounts.errors import BreachedPassword, NoSession, SendsNoMail
from backend.accounts.guessing import attempt_at_code, attempt_of
from backend.accounts.login_answers import (
    REFRESH_COOKIE,
    caller,
    logged_out,
    login_answer,
    profile,
    refresh_lifetime,
    refresh_token,
    refuse_foreign_origin,
)
from backend.accounts.models import User
from backend.accounts.password_reset import AfterReset, ask_for_reset, reset_password
from backend.accounts.schemas import (
    AddressSchema,
    ChallengeSchema,
    CredentialsSchema,
    LinkSchema,
    LoginSchema,
    NewPasswordSchema,
    RegistrationSchema,
    SecondFactorLoginSchema,
    UserSchema,
    VerifiedSchema,
)
from backend.accounts.scopes import LOGIN_ONLY
from backend.accounts.second_factor import require_code
from backend.foundation.rate_limits import limited
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.responses import envelope
from backend.foundation.rest import ApiResource, answers, answers_nothing, expects, may_answer

authentication = Namespace("auth", description="Sign up, log in, stay logged in, log out")


@authentication.route("/register")
class Register(ApiResource):
    """Signing up."""

    @limited("auth")
    @expects(RegistrationSchema)
    @answers(UserSchema, status=201)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Create an account; a letter asks its owner to verify the address."""
        refuse_breached(data["password"], "password")
        with platform().database.across_tenants("register: e-mail and username are unique over all") as session:
            user = commands.register(session, platform().clock, data)
            return profile(session, user)


@authentication.route("/login")
class LogIn(ApiResource):
    """Logging in."""

    @limited("auth")
    @expects(CredentialsSchema)
    @answers(LoginSchema)
    @may_answer(ChallengeSchema, 202)
    def post(self, data: dict[str, Any]) -> Response:
        """Log in with e-mail and password; the refresh token comes as an HttpOnly cookie.

        An account with a second factor is answered by 202 and a token for `/auth/mfa/verify`.
        """
        with platform().database.across_tenants("log in: the tenant is not known yet") as session:
            clock, email, who = platform().clock, data["email"], caller()
            attempt = attempt_of(session, clock, email, request.remote_addr)
            attempt.begin(platform().redis)
            user = commands.check_credentials(session, email, data["password"])
            attempt.succeed(platform().redis)
            if user.mfa_enabled:
                return _challenge(user)
            return login_answer(
                session, commands.begin_login(session, clock, user, who, refresh_lifetime()), who.device
            )


@authentication.route("/mfa/verify")
class VerifySecondFactor(ApiResource):
    """The second factor of a login."""

    @limited("auth")
    @expects(SecondFactorLoginSchema)
    @answers(LoginSchema)
    def post(self, data: dict[str, Any]) -> Response:
        """Log in with a code of the authenticator, or a recovery code, after the password was right."""
        plugs, who = platform(), caller()
        with plugs.database.across_tenants("log in: the second factor") as session:
            user = read_challenge(session, plugs, data["mfa_token"])
            attempt = attempt_at_code(session, plugs.clock, user, request.remote_addr)
            attempt.begin(plugs.redis)
            require_code(session, plugs.clock, plugs.vault, user, data["code"])
            attempt.succeed(plugs.redis)
            login = commands.begin_login(session, plugs.clock, user, who, refresh_lifetime())
            return login_answer(session, login, who.device)


@authentication.route("/refresh")
class Refresh(ApiResource):
    """Staying logged in."""

    @answers(LoginSchema)
    def post(self) -> Response:
        """Renew the login of the refresh cookie; the cookie is replaced."""
        refuse_foreign_origin()
        with platform().database.across_tenants("refresh: the tenant is not known yet") as session:
            who = caller()
            renewed = commands.refresh(session, platform().clock, refresh_token(), who, refresh_lifetime())
            if not isinstance(renewed, UUID):
                return login_answer(session, renewed, who.device)
        access_tokens().revoke_family(renewed)
        raise NoSession("This login was used from two places and has been ended for safety. Log in again.")


@authentication.route("/logout")
class LogOut(ApiResource):
    """Logging out."""

    @answers_nothing
    def post(self) -> Response:
        """End the login of the refresh cookie."""
        refuse_foreign_origin()
        token = request.cookies.get(REFRESH_COOKIE)
        if token:
            with platform().database.across_tenants("log out: the cookie alone names the login") as session:
                family = commands.log_out(session, platform().clock, token)
            if family is not None:
                access_tokens().revoke_family(family)
        return logged_out()


@authentication.route("/logout-all")
class LogOutEverywhere(ApiResource):
    """Logging out everywhere."""

    @authenticated(LOGIN_ONLY)
    @answers_nothing
    def post(self) -> Response:
        """End every login of the account, this one as well."""
        session, clock = request_session(), platform().clock
        ended = commands.end_other_logins(session, clock, tenant(), None)
        end_access([*ended, own_login()])
        return logged_out()


@authentication.route("/verify-email")
class VerifyEmail(ApiResource):
    """Following the link of a letter."""

    @limited("auth")
    @expects(LinkSchema)
    @answers(VerifiedSchema)
    def post(self, data: dict[str, Any]) -> User:
        """Verify the address that the link was sent to; one that is to replace the account's does so now."""
        with platform().database.across_tenants("verify an address: the link names the account") as session:
            return emails.follow_link(session, platform().clock, data["token"])


@authentication.route("/resend-verification")
class ResendVerification(ApiResource):
    """Another letter."""

    @authenticated(LOGIN_ONLY)
    @limited("auth")
    @answers_nothing
    def post(self) -> None:
        """Send the letter that verifies the account's address once more."""
        session = request_session()
        user = session.get_one(User, tenant())
        emails.send_verification(session, platform().clock, platform().settings, user)


@authentication.route("/password/forgot")
class ForgotPassword(ApiResource):
    """A forgotten password."""

    @limited("auth")
    @expects(AddressSchema)
    @answers_nothing
    def post(self, data: dict[str, Any]) -> None:
        """Send a letter with a link to set a new password; whether there is such an account is not told."""
        if not platform().settings.sends_mail:
            raise SendsNoMail
        with platform().database.across_tenants("forgotten password: nobody is logged in") as session:
            ask_for_reset(session, platform().clock, data["email"])


@authentication.route("/password/reset")
class ResetPassword(ApiResource):
    """A new password by a letter's link."""

    @limited("auth")
    @expects(NewPasswordSchema)
    @answers_nothing
    def post(self, data: dict[str, Any]) -> None:
        """Set a new password; every login ends, and exchange keys are frozen for 24 hours."""
        refuse_breached(data["new_password"], "new_password")
        after = cast(tuple[AfterReset, ...], current_app.extensions["after_password_reset"])
        with platform().database.across_tenants("reset a password: the link names the account") as session:
            ended = reset_password(session, platform().clock, data["token"], data["new_password"], after)
        end_access(ended)


def refuse_breached(password: str, field: str) -> None:
    """Raises ValidationFailed for a weak password, BreachedPassword for one that is tried first.

    It may ask a service on the network, and is called while nothing is locked.
    """
    passwords.require_strong(password, field)
    if cast(BreachedPasswords, current_app.extensions["breached_passwords"]).know(password):
        raise BreachedPassword(field)


def _challenge(user: User) -> Response:
    data = {"mfa_token": make_challenge(platform(), user), "expires_in": int(LIFETIME.total_seconds())}
    response = make_response(envelope(ChallengeSchema().dump(data)), 202)
    response.headers["Cache-Control"] = "no-store"
    return response

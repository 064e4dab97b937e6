"""Routes of the second factor: /users/me/mfa."""

from typing import Any

from flask_restx import Namespace

from backend.accounts import second_factor
from backend.accounts.authentication import authenticated
from backend.accounts.models import User
from backend.accounts.schemas import (
    CodeSchema,
    EnrolmentSchema,
    PasswordAgainSchema,
    PasswordAndCodeSchema,
    RecoveryCodesSchema,
    SecondFactorSchema,
)
from backend.accounts.scopes import LOGIN_ONLY
from backend.accounts.second_factor import Enrolment
from backend.foundation.rate_limits import limited
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import ApiResource, answers, answers_nothing, expects

second_factors = Namespace("mfa", path="/users/me/mfa", description="The second factor: an authenticator's codes")


@second_factors.route("")
class SecondFactor(ApiResource):
    """How the second factor stands."""

    @authenticated(LOGIN_ONLY)
    @answers(SecondFactorSchema)
    def get(self) -> dict[str, Any]:
        """Whether it is on, since when, and how many recovery codes are left."""
        session = request_session()
        user = session.get_one(User, tenant())
        left = second_factor.recovery_codes_left(session, user.id)
        return {"enabled": user.mfa_enabled, "since": user.mfa_confirmed_at, "recovery_codes_left": left}


@second_factors.route("/enrol")
class Enrol(ApiResource):
    """Setting up an authenticator."""

    @authenticated(LOGIN_ONLY)
    @limited("auth")
    @expects(PasswordAgainSchema)
    @answers(EnrolmentSchema)
    def post(self, data: dict[str, Any]) -> Enrolment:
        """A secret for the authenticator, as text and as QR code; it counts once a code of it is confirmed."""
        return second_factor.enrol(request_session(), platform().vault, tenant(), data["current_password"])


@second_factors.route("/confirm")
class Confirm(ApiResource):
    """Turning it on."""

    @authenticated(LOGIN_ONLY)
    @limited("auth")
    @expects(CodeSchema)
    @answers(RecoveryCodesSchema)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Turn the second factor on by a first code; the recovery codes are shown this once."""
        plugs = platform()
        codes = second_factor.confirm(request_session(), plugs.clock, plugs.vault, tenant(), data["code"])
        return {"codes": codes}


@second_factors.route("/disable")
class Disable(ApiResource):
    """Turning it off."""

    @authenticated(LOGIN_ONLY)
    @limited("auth")
    @expects(PasswordAndCodeSchema)
    @answers_nothing
    def post(self, data: dict[str, Any]) -> None:
        """Turn the second factor off, with password and code."""
        plugs = platform()
        password, code = data["current_password"], data["code"]
        second_factor.disable(request_session(), plugs.clock, plugs.vault, tenant(), password, code)


@second_factors.route("/recovery-codes")
class RecoveryCodes(ApiResource):
    """Codes for the day the authenticator is lost."""

    @authenticated(LOGIN_ONLY)
    @limited("auth")
    @expects(PasswordAndCodeSchema)
    @answers(RecoveryCodesSchema)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """New recovery codes, shown this once; the old ones end."""
        plugs = platform()
        password, code = data["current_password"], data["code"]
        codes = second_factor.renew_recovery_codes(
            request_session(), plugs.clock, plugs.vault, tenant(), password, code
        )
        return {"codes": codes}

"""What comes in and goes out about accounts."""

from typing import Any
from zoneinfo import available_timezones

from marshmallow import ValidationError, fields, validate

from backend.accounts.scopes import SCOPES
from backend.foundation.schemas import Day, Moment, PageArguments, Sort, StrictSchema

_ZONES = frozenset(available_timezones())


def _check_zone(name: str) -> None:
    # A list of six hundred names would be most of the document.
    if name not in _ZONES:
        raise ValidationError("This is no time zone; an example is Europe/Berlin.")


_NAME = validate.Length(max=80, error="At most 80 characters.")
_USERNAME = validate.Regexp(r"^[A-Za-z0-9_-]{3,30}\Z", error="3 to 30 letters, digits, hyphens or underscores.")


def _check_letters(email: str) -> None:
    # Signs that look like others, or like nothing, would make twins of an address; most mail servers take none of them.
    if not email.isascii():
        raise ValidationError(
            "Only plain letters, digits and signs; write a domain like müller.de as xn--mller-kva.de."
        )


_EMAIL: dict[str, Any] = {
    "validate": validate.Length(max=254, error="At most 254 characters."),
    "error_messages": {"invalid": "This is not an e-mail address."},
}
_NEW_EMAIL: dict[str, Any] = {**_EMAIL, "validate": [_EMAIL["validate"], _check_letters]}


class RegistrationSchema(StrictSchema):
    """A new account."""

    email = fields.Email(required=True, **_NEW_EMAIL)
    username = fields.String(required=True, validate=_USERNAME)
    password = fields.String(required=True, load_only=True, metadata={"secret": True, "format": "password"})
    first_name = fields.String(validate=_NAME)
    last_name = fields.String(validate=_NAME)


class CredentialsSchema(StrictSchema):
    """E-mail and password of a login."""

    email = fields.Email(required=True, **_EMAIL)
    password = fields.String(required=True, load_only=True, metadata={"secret": True, "format": "password"})


_PASSWORD: dict[str, Any] = {
    "required": True,
    "load_only": True,
    "validate": validate.Length(max=200),
    "metadata": {"secret": True, "format": "password"},
}
_CODE = fields.String(
    required=True,
    load_only=True,
    validate=validate.Length(6, 40, error="Six digits, or a recovery code."),
    metadata={"secret": True, "description": "Of the authenticator, or a recovery code", "example": "492039"},
)
_LINK_TOKEN = fields.String(
    required=True,
    load_only=True,
    validate=validate.Length(1, 200),
    metadata={"secret": True, "description": "What stands behind #token= in the letter's link"},
)


class ChallengeSchema(StrictSchema):
    """The password was right; the second factor is wanted."""

    mfa_token = fields.String(required=True, metadata={"description": "For /auth/mfa/verify, with the code"})
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds until it expires."})


class SecondFactorLoginSchema(StrictSchema):
    """The second factor of a login."""

    mfa_token = fields.String(required=True, load_only=True, validate=validate.Length(1, 2000))
    code = _CODE


class AddressSchema(StrictSchema):
    """Whose password is forgotten."""

    email = fields.Email(required=True, **_EMAIL)


class LinkSchema(StrictSchema):
    """The link of a letter."""

    token = _LINK_TOKEN


class NewPasswordSchema(StrictSchema):
    """A new password, by the link of a letter."""

    token = _LINK_TOKEN
    new_password = fields.String(**_PASSWORD)


class VerifiedSchema(StrictSchema):
    """The address that is verified now."""

    email = fields.String(required=True)


class EmailChangeSchema(StrictSchema):
    """Another address for the account."""

    new_email = fields.Email(required=True, **_NEW_EMAIL)
    current_password = fields.String(**_PASSWORD)


class PasswordAgainSchema(StrictSchema):
    """The password once more, for what only its owner may do."""

    current_password = fields.String(**_PASSWORD)


class CodeSchema(StrictSchema):
    """A code of the authenticator."""

    code = _CODE


class PasswordAndCodeSchema(StrictSchema):
    """Password and code once more."""

    current_password = fields.String(**_PASSWORD)
    code = _CODE


class EnrolmentSchema(StrictSchema):
    """What an authenticator is told."""

    secret = fields.String(required=True, metadata={"description": "Base32, for typing in"})
    uri = fields.String(required=True, metadata={"description": "otpauth://…"})
    qr_svg = fields.String(required=True, metadata={"description": "The same as a QR code, an SVG image"})


class RecoveryCodesSchema(StrictSchema):
    """Recovery codes, shown this once."""

    codes = fields.List(fields.String(), required=True)


class SecondFactorSchema(StrictSchema):
    """How the second factor stands."""

    enabled = fields.Boolean(required=True)
    since = Moment(required=True, allow_none=True)
    recovery_codes_left = fields.Integer(required=True)


class DeletionSchema(StrictSchema):
    """What has to be said to delete an account for good."""

    username = fields.String(required=True, validate=validate.Length(max=30), metadata={"description": "Your own"})
    current_password = fields.String(**_PASSWORD)
    code = fields.String(
        load_default=None,
        allow_none=True,
        load_only=True,
        validate=validate.Length(6, 40, error="Six digits, or a recovery code."),
        metadata={"secret": True, "description": "Where the second factor is on"},
    )
    leave_positions = fields.Boolean(
        load_default=False,
        metadata={"description": "What bots hold at real exchanges stays there, for you to look after"},
    )


class ProfileChangeSchema(StrictSchema):
    """What a user may change of their own account."""

    username = fields.String(validate=_USERNAME)
    first_name = fields.String(allow_none=True, validate=_NAME)
    last_name = fields.String(allow_none=True, validate=_NAME)
    locale = fields.String(validate=validate.OneOf(("en", "de", "es"), error="Choose one of en, de, es."))
    timezone = fields.String(validate=_check_zone, metadata={"description": "A zone's name, such as Europe/Berlin"})


class UserSchema(StrictSchema):
    """An account as its owner sees it."""

    id = fields.UUID(required=True)
    email = fields.String(required=True)
    username = fields.String(required=True)
    first_name = fields.String(required=True, allow_none=True)
    last_name = fields.String(required=True, allow_none=True)
    email_verified = fields.Boolean(required=True)
    mfa_enabled = fields.Boolean(required=True)
    role = fields.String(required=True)
    locale = fields.String(required=True)
    timezone = fields.String(required=True)
    subscription_plan = fields.String(required=True)
    created_at = Moment(required=True)


class LoginSchema(StrictSchema):
    """A login: the access token for the header, and who it is for."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds until the access token expires."})
    user = fields.Nested(UserSchema, required=True)


class NewAccessTokenSchema(StrictSchema):
    """A token to be made."""

    name = fields.String(required=True, validate=validate.Length(1, 100, error="Name it with 1 to 100 characters."))
    scopes = fields.List(
        fields.String(validate=validate.OneOf(tuple(SCOPES), error="Choose of: {choices}.")),
        required=True,
        validate=validate.Length(1, error="Choose at least one scope."),
    )
    expires_in_days = fields.Integer(
        load_default=90, allow_none=True, validate=validate.Range(1, 3650, error="Choose 1 to 3650 days, or null.")
    )


class AccessTokenSchema(StrictSchema):
    """A token, without the token."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    prefix = fields.String(required=True, metadata={"description": "What the token begins with"})
    scopes = fields.List(fields.String(), required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True, allow_none=True)
    last_used_at = Moment(required=True, allow_none=True)


class MadeAccessTokenSchema(AccessTokenSchema):
    """A token that was just made: its text is told this once."""

    token = fields.String(required=True)


class PasswordChangeSchema(StrictSchema):
    """A new password, with the present one to be sure who asks."""

    current_password = fields.String(required=True, load_only=True, metadata={"secret": True})
    new_password = fields.String(
        required=True, load_only=True, validate=validate.Length(max=200), metadata={"secret": True}
    )


class LoginDeviceSchema(StrictSchema):
    """One login that has not ended."""

    id = fields.UUID(required=True)
    device = fields.String(required=True, metadata={"description": "Browser and system, as far as they tell"})
    ip_address = fields.String(required=True, allow_none=True)
    began_at = Moment(required=True)
    last_seen_at = Moment(required=True)
    is_current = fields.Boolean(required=True)


class AuditLogArguments(PageArguments):
    """Which of the user's changes."""

    action = fields.String(validate=validate.Length(1, 80), metadata={"description": "Such as trading_bots.changed"})
    since = Day(metadata={"description": "From this moment on"})
    until = Day(metadata={"description": "Before this moment"})
    sort = Sort("created_at", "action", default="-created_at")


class AuditEntrySchema(StrictSchema):
    """One line of the audit log."""

    id = fields.UUID(required=True)
    actor = fields.String(required=True, metadata={"description": "login, operator, or token with its id"})
    action = fields.String(required=True, metadata={"description": "What was done, such as trading_bots.changed"})
    subject_id = fields.String(required=True, allow_none=True)
    changes = fields.Dict(
        required=True, metadata={"description": "By field the value before and after; secrets are masked"}
    )
    ip_address = fields.String(required=True, allow_none=True)
    user_agent = fields.String(required=True, allow_none=True)
    request_id = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True)

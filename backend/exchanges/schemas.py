"""What comes in and goes out about exchanges and API keys."""

from marshmallow import fields, validate

from backend.exchanges.key_checks import CONFIRMATION
from backend.foundation.schemas import Amount, Moment, PageArguments, Sort, StrictSchema


class KeyFieldSchema(StrictSchema):
    """One part of an exchange's API key, as a form asks for it."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    help = fields.String(required=True)
    is_multiline = fields.Boolean(required=True)


class ExchangeSchema(StrictSchema):
    """An exchange, with the guide to its keys; one that does not trade tells its prices only."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    is_sandbox = fields.Boolean(required=True)
    trades = fields.Boolean(required=True)
    has_testnet = fields.Boolean(required=True)
    tells_rights = fields.Boolean(
        required=True,
        metadata={"description": "If not, the user confirms in words that a key cannot withdraw."},
    )
    order_types = fields.List(fields.String(), required=True)
    maker_fee = fields.Float(required=True)
    taker_fee = fields.Float(required=True)
    key_page_url = fields.String(required=True)
    key_guide = fields.List(fields.String(), required=True)
    key_fields = fields.List(fields.Nested(KeyFieldSchema), required=True)
    timeframes = fields.List(fields.String(), required=True)


class MarketSchema(StrictSchema):
    """A market and its filters."""

    symbol = fields.String(required=True)
    base = fields.String(required=True)
    quote = fields.String(required=True)
    price_tick = Amount(required=True)
    quantity_step = Amount(required=True)
    minimum_quantity = Amount(required=True)
    minimum_notional = Amount(required=True)


_WRITABLE = validate.Regexp(
    r"[\x20-\x7e\r\n]*\Z",
    error="It holds a character that no exchange uses in keys. Copy it anew, without anything around.",
)


_KEY_STATUSES = ("valid", "invalid")


class KeyListArguments(PageArguments):
    """Which of the user's keys."""

    exchange = fields.String()
    status = fields.String(validate=validate.OneOf(_KEY_STATUSES, error="Choose one of: {choices}."))
    sort = Sort("created_at", "label", "exchange", "status", "last_checked_at", default="-created_at")


class NewApiKeySchema(StrictSchema):
    """An API key to be added; it is tested at the exchange first."""

    exchange = fields.String(required=True)
    label = fields.String(required=True, validate=validate.Length(1, 60, error="1 to 60 characters."))
    api_key = fields.String(
        required=True,
        load_only=True,
        validate=[validate.Length(8, 512, error="This does not look like an API key."), _WRITABLE],
        metadata={"format": "password"},
    )
    api_secret = fields.String(
        required=True,
        load_only=True,
        validate=[validate.Length(8, 4096, error="This does not look like an API secret."), _WRITABLE],
        metadata={"format": "password"},
    )
    passphrase = fields.String(
        load_default=None,
        load_only=True,
        allow_none=True,
        validate=[validate.Length(1, 256, error="1 to 256 characters."), _WRITABLE],
        metadata={"format": "password"},
    )
    is_testnet = fields.Boolean(load_default=False)
    confirm_no_withdrawal = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=100, error="At most 100 characters."),
        metadata={"description": f"Where the exchange does not tell a key's rights: “{CONFIRMATION}”."},
    )


class KeyRotationSchema(NewApiKeySchema):
    """Another key of the same account at the exchange; it is tested first, and replaces the old one."""

    class Meta(StrictSchema.Meta):
        """What stays as it is."""

        exclude = ("exchange", "label", "is_testnet")


class KeyConfirmationSchema(StrictSchema):
    """The user's word that a key cannot withdraw, where the exchange does not tell."""

    confirm_no_withdrawal = fields.String(
        required=True,
        validate=validate.Length(1, 100, error=f"Write: {CONFIRMATION}."),
        metadata={"description": f"“{CONFIRMATION}”"},
    )


class KeyPermissionsSchema(StrictSchema):
    """What the exchange lets the key do; null where it does not tell."""

    can_trade = fields.Boolean(required=True)
    can_withdraw = fields.Boolean(required=True, allow_none=True)
    ip_restricted = fields.Boolean(required=True, allow_none=True)


class ApiKeySchema(StrictSchema):
    """An API key as its owner sees it: never the key itself."""

    id = fields.UUID(required=True)
    exchange = fields.String(required=True)
    label = fields.String(required=True)
    masked_key = fields.String(required=True)
    is_testnet = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf(_KEY_STATUSES))
    problem = fields.String(required=True, allow_none=True)
    trades_live = fields.Boolean(required=True)
    confirmed_at = Moment(required=True, allow_none=True)
    permissions = fields.Nested(KeyPermissionsSchema, required=True)
    last_checked_at = Moment(required=True)
    last_used_at = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "When orders were last sent or the account was last compared with it, to a minute"},
    )
    rotated_at = Moment(required=True, allow_none=True, metadata={"description": "When it was last replaced"})
    frozen_until = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "After a password reset: until then no bot begins to trade with the key"},
    )
    created_at = Moment(required=True)

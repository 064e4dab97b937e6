"""What comes in and goes out about exchanges and API keys."""

from marshmallow import fields, validate

from backend.foundation.schemas import Amount, Moment, StrictSchema


class ExchangeSchema(StrictSchema):
    """An exchange that bots can trade on, with the guide to its keys."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    is_sandbox = fields.Boolean(required=True)
    key_page_url = fields.String(required=True)
    key_guide = fields.List(fields.String(), required=True)
    timeframes = fields.List(fields.String(), required=True)


class MarketSchema(StrictSchema):
    """A market and its filters."""

    symbol = fields.String(required=True)
    base = fields.String(required=True)
    quote = fields.String(required=True)
    price_tick = Amount(required=True)
    quantity_step = Amount(required=True)
    minimum_notional = Amount(required=True)


class NewApiKeySchema(StrictSchema):
    """An API key to be added; it is tested at the exchange first."""

    exchange = fields.String(required=True)
    label = fields.String(required=True, validate=validate.Length(1, 60, error="1 to 60 characters."))
    api_key = fields.String(
        required=True,
        load_only=True,
        validate=validate.Length(8, 512, error="This does not look like an API key."),
        metadata={"format": "password"},
    )
    api_secret = fields.String(
        required=True,
        load_only=True,
        validate=validate.Length(8, 4096, error="This does not look like an API secret."),
        metadata={"format": "password"},
    )
    is_testnet = fields.Boolean(load_default=False)


class KeyPermissionsSchema(StrictSchema):
    """What the exchange lets the key do."""

    can_trade = fields.Boolean(required=True)
    can_withdraw = fields.Boolean(required=True, allow_none=True)


class ApiKeySchema(StrictSchema):
    """An API key as its owner sees it: never the key itself."""

    id = fields.UUID(required=True)
    exchange = fields.String(required=True)
    label = fields.String(required=True)
    masked_key = fields.String(required=True)
    is_testnet = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf(("valid", "invalid")))
    permissions = fields.Function(
        lambda row: {"can_trade": row.can_trade, "can_withdraw": row.can_withdraw}, required=True
    )
    last_checked_at = Moment(required=True)
    created_at = Moment(required=True)

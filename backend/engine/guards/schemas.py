"""What comes in and goes out about switches and limits."""

from marshmallow import fields, validate

from backend.foundation.schemas import Amount, StrictSchema, positive


class SwitchChangeSchema(StrictSchema):
    """On or off."""

    is_halted = fields.Boolean(required=True)
    reason = fields.String(
        load_default="Switched off by hand.", validate=validate.Length(1, 200, error="1 to 200 characters.")
    )


class ExchangeHaltSchema(StrictSchema):
    """An exchange that the operator has switched off."""

    exchange = fields.String(required=True)
    reason = fields.String(required=True)


class SwitchesSchema(StrictSchema):
    """Everything that keeps this user's bots from buying; null and empty where nothing does."""

    is_halted = fields.Boolean(required=True, metadata={"description": "The user's own switch"})
    reason = fields.String(required=True, allow_none=True)
    platform_reason = fields.String(required=True, allow_none=True)
    exchanges = fields.List(fields.Nested(ExchangeHaltSchema), required=True)


class LimitSchema(StrictSchema):
    """The most that all live bots may do together; null is no limit, amounts in quote."""

    api_key_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Of one account; null: over all accounts"}
    )
    max_order_amount = Amount(load_default=None, allow_none=True, validate=[positive()])
    max_open_amount = Amount(load_default=None, allow_none=True, validate=[positive()])
    max_open_positions = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(min=1, error="At least 1.")
    )

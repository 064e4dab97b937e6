"""What comes in and goes out where users take hold of their bots: close, panic, go live."""

from decimal import Decimal

from marshmallow import fields, validate

from backend.foundation.schemas import Amount, StrictSchema, positive


class AcceptedSchema(StrictSchema):
    """Something that is being done; events tell what comes of it."""

    message = fields.String(required=True)


class PanicSchema(StrictSchema):
    """What shall happen to what the bots hold."""

    close_positions = fields.Boolean(
        load_default=False, metadata={"description": "Sell everything as well; else it stays, and stays watched"}
    )


class PanicAnswerSchema(StrictSchema):
    """What was set in motion."""

    paused_bots = fields.Integer(required=True)
    closing_positions = fields.Integer(required=True)


class GoLiveArguments(StrictSchema):
    """With which account and how much money."""

    api_key_id = fields.UUID(required=True, error_messages={"invalid_uuid": "This is no id."})
    paper_balance = Amount(load_default=Decimal(100), validate=[positive()])


class PromotionCheckSchema(StrictSchema):
    """One point of the checklist."""

    name = fields.String(required=True)
    level = fields.String(required=True, validate=validate.OneOf(("passed", "warning", "failed")))
    message = fields.String(required=True)


class GoLiveSchema(StrictSchema):
    """How the live bot shall be."""

    api_key_id = fields.UUID(required=True, error_messages={"invalid_uuid": "This is no id."})
    name = fields.String(required=True, validate=validate.Length(1, 80, error="1 to 80 characters."))
    paper_balance = Amount(
        required=True, validate=[positive()], metadata={"description": "The money that it may use, in quote"}
    )
    stop_on_exchange = fields.Boolean(load_default=False)
    confirmation = fields.String(required=True, metadata={"description": "The paper bot's name, typed"})

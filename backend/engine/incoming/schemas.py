"""What goes out about signals from outside."""

from marshmallow import fields, validate

from backend.engine.incoming.models import STATES
from backend.foundation.schemas import Moment, PageArguments, Sort, StrictSchema


class HookSchema(StrictSchema):
    """Whether a bot has an address for signals."""

    exists = fields.Boolean(required=True)
    last_received_at = Moment(required=True, allow_none=True)


class NewHookSchema(StrictSchema):
    """An address with its secret, shown this once."""

    url = fields.String(required=True)
    secret = fields.String(required=True)
    json_example = fields.String(required=True, metadata={"description": "The message of a TradingView alert"})
    text_example = fields.String(required=True)


class SignalArguments(PageArguments):
    """Which of a bot's signals."""

    state = fields.String(validate=validate.OneOf(STATES, error="Choose one of: {choices}."))
    sort = Sort("received_at", "handled_at", default="-received_at")


class IncomingSignalSchema(StrictSchema):
    """One signal and what came of it."""

    id = fields.UUID(required=True)
    bot_id = fields.UUID(required=True)
    action = fields.String(required=True, validate=validate.OneOf(("buy", "sell")))
    note = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    outcome = fields.String(required=True, allow_none=True)
    received_at = Moment(required=True)
    handled_at = Moment(required=True, allow_none=True)


class ReceiptSchema(StrictSchema):
    """The signal was taken in; what came of it stands on the bot's page."""

    id = fields.UUID(required=True, attribute="signal_id")
    is_duplicate = fields.Boolean(required=True)

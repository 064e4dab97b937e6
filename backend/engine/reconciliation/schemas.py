"""What goes out about differences between ledger and exchange."""

from marshmallow import fields, validate

from backend.engine.reconciliation.models import KINDS, STATES
from backend.foundation.schemas import Amount, Moment, PageArguments, Sort, StrictSchema


class DriftArguments(PageArguments):
    """Which differences."""

    bot_id = fields.UUID(error_messages={"invalid_uuid": "This is no id."})
    state = fields.String(validate=validate.OneOf((*STATES, "open"), error="Choose one of: {choices}."))
    kind = fields.String(validate=validate.OneOf(KINDS, error="Choose one of: {choices}."))
    sort = Sort("first_seen_at", "last_seen_at", "resolved_at", "kind", default="-first_seen_at")


class DriftSchema(StrictSchema):
    """One difference, in words and numbers."""

    id = fields.UUID(required=True)
    bot_id = fields.UUID(required=True, allow_none=True)
    bot_name = fields.String(required=True, allow_none=True)
    api_key_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    symbol = fields.String(required=True, allow_none=True)
    ledger_value = Amount(required=True, allow_none=True)
    exchange_value = Amount(required=True, allow_none=True)
    explanation = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    first_seen_at = Moment(required=True)
    last_seen_at = Moment(required=True)
    resolved_at = Moment(required=True, allow_none=True)
    resolution = fields.String(required=True, allow_none=True)


class ComparisonSchema(StrictSchema):
    """When an account was compared with its exchange."""

    api_key_id = fields.UUID(required=True)
    compared_at = Moment(required=True, allow_none=True)
    attempted_at = Moment(required=True)
    problem = fields.String(required=True, allow_none=True)

"""What comes in and goes out about users, bots and orders of all tenants; no field of it can hold a key or a secret."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from backend.accounts.models import ROLES
from backend.bots.models import STATUSES
from backend.engine.models import PURPOSES
from backend.engine.order_states import STATES
from backend.engine.reconciliation.models import STATES as DRIFT_STATES
from backend.engine.reconciliation.schemas import DriftSchema
from backend.exchanges.models import KEY_STATES
from backend.exchanges.schemas import KeyPermissionsSchema
from backend.foundation.schemas import Amount, Moment, PageArguments, Sort, StrictSchema

_ONE_OF = "Choose one of: {choices}."
_NO_ID: dict[str, Any] = {"error_messages": {"invalid_uuid": "This is no id."}}
_REASON = validate.Length(1, 200, error="1 to 200 characters.")


class UserListArguments(PageArguments):
    """Which accounts."""

    search = fields.String(
        validate=validate.Length(max=100, error="At most 100 characters."),
        metadata={"description": "Part of the e-mail address or the username"},
    )
    role = fields.String(validate=validate.OneOf(ROLES, error=_ONE_OF))
    is_active = fields.Boolean()
    sort = Sort("created_at", "email", "username", default="-created_at")


class UserRowSchema(StrictSchema):
    """An account in a list of them."""

    id = fields.UUID(required=True)
    email = fields.String(required=True)
    username = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    is_active = fields.Boolean(required=True)
    email_verified = fields.Boolean(required=True)
    subscription_plan = fields.String(required=True)
    bots_count = fields.Integer(required=True)
    watched_bots = fields.Integer(required=True, metadata={"description": "Bots that are running or paused"})
    last_seen_at = Moment(
        required=True, allow_none=True, metadata={"description": "When a login last began or was renewed"}
    )
    created_at = Moment(required=True)
    deleted_at = Moment(
        required=True, allow_none=True, metadata={"description": "When its owner deleted it; it stays deactivated"}
    )


class KeyOfUserSchema(StrictSchema):
    """That there is an exchange key, and what it may do; nothing of the key itself."""

    id = fields.UUID(required=True)
    exchange = fields.String(required=True)
    label = fields.String(required=True)
    is_testnet = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf(KEY_STATES))
    problem = fields.String(required=True, allow_none=True)
    trades_live = fields.Boolean(required=True)
    permissions = fields.Nested(KeyPermissionsSchema, required=True)


class BotOfUserSchema(StrictSchema):
    """A bot, as far as it says whether all is well with it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    exchange = fields.String(required=True)
    symbols = fields.List(fields.String(), required=True)
    timeframe = fields.String(required=True)
    strategy = fields.String(required=True)
    kind = fields.String(required=True)
    is_paper_trading = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    status_reason = fields.String(required=True, allow_none=True)
    total_trades = fields.Integer(required=True)
    total_profit_loss = Amount(required=True)
    last_run_at = Moment(required=True, allow_none=True)
    next_look_by = Moment(required=True, allow_none=True)
    created_at = Moment(required=True)


class UserDetailsSchema(UserRowSchema):
    """An account with what belongs to it."""

    locale = fields.String(required=True)
    timezone = fields.String(required=True)
    logins_count = fields.Integer(required=True, metadata={"description": "Logins that have not ended"})
    access_tokens_count = fields.Integer(required=True)
    halted_because = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the user switched their own trading off"}
    )
    api_keys = fields.List(fields.Nested(KeyOfUserSchema), required=True)
    bots = fields.List(
        fields.Nested(BotOfUserSchema), required=True, metadata={"description": "The newest hundred, without deleted"}
    )


class UserAdministrationSchema(StrictSchema):
    """What an administrator may change of somebody's account."""

    role = fields.String(validate=validate.OneOf(ROLES, error=_ONE_OF))
    is_active = fields.Boolean()

    @validates_schema
    def require_something(self, data: dict[str, Any], **_: Any) -> None:
        """An empty change is a mistake."""
        if not data:
            raise ValidationError("Send role, is_active or both.")


class AllBotsArguments(PageArguments):
    """Which bots of all users."""

    status = fields.String(validate=validate.OneOf(STATUSES, error=_ONE_OF))
    user_id = fields.UUID(**_NO_ID)
    exchange = fields.String()
    is_paper_trading = fields.Boolean()
    sort = Sort("created_at", "name", "total_profit_loss", default="-created_at")


class BotWithOwnerSchema(BotOfUserSchema):
    """A bot and whose it is."""

    user_id = fields.UUID(required=True)
    user_email = fields.String(required=True)


class StopReasonSchema(StrictSchema):
    """Why somebody's bot is stopped; its owner reads it."""

    reason = fields.String(required=True, validate=_REASON)


class AllOrdersArguments(PageArguments):
    """Which orders of all users."""

    status = fields.String(validate=validate.OneOf(STATES, error=_ONE_OF))
    user_id = fields.UUID(**_NO_ID)
    bot_id = fields.UUID(**_NO_ID)
    sort = Sort("intended_at", default="-intended_at")


class OrderWithOwnerSchema(StrictSchema):
    """An order, whose it is, and what went wrong with it."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    user_email = fields.String(required=True)
    bot_id = fields.UUID(required=True)
    bot_name = fields.String(required=True)
    exchange = fields.String(required=True)
    client_order_id = fields.String(required=True)
    exchange_order_id = fields.String(required=True, allow_none=True)
    symbol = fields.String(required=True)
    side = fields.String(required=True, validate=validate.OneOf(("buy", "sell")))
    type = fields.String(required=True)
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    quantity = Amount(required=True)
    filled_quantity = Amount(required=True)
    price = Amount(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATES))
    attempts = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    intended_at = Moment(required=True)
    submitted_at = Moment(required=True, allow_none=True)


class AllDriftsArguments(PageArguments):
    """Which differences of all users."""

    state = fields.String(validate=validate.OneOf((*DRIFT_STATES, "open"), error=_ONE_OF))
    user_id = fields.UUID(**_NO_ID)
    bot_id = fields.UUID(**_NO_ID)
    sort = Sort("first_seen_at", "last_seen_at", default="-first_seen_at")


class DriftWithOwnerSchema(DriftSchema):
    """A difference and whose it is."""

    user_id = fields.UUID(required=True)
    user_email = fields.String(required=True)
    exchange = fields.String(required=True, allow_none=True)

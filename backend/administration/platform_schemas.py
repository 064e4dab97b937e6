"""What comes in and goes out about the platform itself: queues, workers, switches, plans, the audit log."""

from marshmallow import fields, validate

from backend.accounts.schemas import AuditEntrySchema
from backend.foundation.schemas import Day, Moment, PageArguments, Sort, StrictSchema


class QueueSchema(StrictSchema):
    """One queue of tasks."""

    name = fields.String(required=True)
    waiting = fields.Integer(required=True, metadata={"description": "Tasks that no worker has taken yet"})


class OutboxSchema(StrictSchema):
    """Events that no subscriber has been told yet."""

    waiting = fields.Integer(required=True)
    oldest_at = Moment(required=True, allow_none=True)
    given_up = fields.Integer(required=True, metadata={"description": "Failed too often; they need a person"})
    last_dispatched_at = Moment(required=True, allow_none=True)


class QueuesSchema(StrictSchema):
    """How much work waits, and when some was last done."""

    queues = fields.List(fields.Nested(QueueSchema), required=True)
    at_work = fields.Integer(required=True, metadata={"description": "Tasks taken by workers and not finished"})
    outbox = fields.Nested(OutboxSchema, required=True)
    last_look_at = Moment(
        required=True, allow_none=True, metadata={"description": "When the engine last looked at any bot"}
    )


class WorkerSchema(StrictSchema):
    """A worker that answered."""

    name = fields.String(required=True)
    queues = fields.List(fields.String(), required=True, metadata={"description": "Whose tasks it does"})


class VenueSwitchSchema(StrictSchema):
    """Whether bots may buy at an exchange, or anywhere."""

    exchange = fields.String(
        required=True, allow_none=True, metadata={"description": "Null: the whole platform, over every exchange"}
    )
    name = fields.String(required=True)
    is_halted = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    since = Moment(required=True, allow_none=True)


class VenueSwitchChangeSchema(StrictSchema):
    """Off or on; the reason is what every user reads."""

    exchange = fields.String(load_default=None, allow_none=True)
    is_halted = fields.Boolean(required=True)
    reason = fields.String(
        load_default="Switched off by the operator.", validate=validate.Length(1, 200, error="1 to 200 characters.")
    )


class PlanLimitsSchema(StrictSchema):
    """The most that a plan allows."""

    backtests_a_day = fields.Integer(required=True)
    candles_a_backtest = fields.Integer(required=True)
    trials_an_optimization = fields.Integer(required=True)


class PlanUsersSchema(StrictSchema):
    """A plan and how many accounts are on it."""

    name = fields.String(required=True)
    limits = fields.Nested(PlanLimitsSchema, required=True)
    users_count = fields.Integer(required=True)


class AuditArguments(PageArguments):
    """Which lines of everybody's audit log."""

    user_id = fields.UUID(error_messages={"invalid_uuid": "This is no id."})
    action = fields.String(
        validate=validate.Length(max=100, error="At most 100 characters."),
        metadata={"description": "How the action begins, such as admin. or trading_bots.changed"},
    )
    since = Day(metadata={"description": "From this moment on"})
    until = Day(metadata={"description": "Before this moment"})
    sort = Sort("created_at", default="-created_at")


class AuditEntryWithUserSchema(AuditEntrySchema):
    """One line of the audit log and whose log it stands in."""

    user_id = fields.UUID(required=True)
    user_email = fields.String(required=True)

"""The fields that rule a bot besides its strategy, the same for a bot, a backtest and a preview."""

from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from marshmallow import ValidationError, fields, validate

from backend.foundation.schemas import Amount, StrictSchema, positive
from backend.trading.records import KINDS, MOST_GRID_INTERVALS, SIZINGS, SPACINGS

_ONE_OF = "Choose one of: {choices}."


def _share(most: int = 100) -> list[validate.Validator]:
    return [
        validate.Range(
            min=0,
            max=Decimal(most),
            min_inclusive=False,
            max_inclusive=most > 100,
            error=f"More than 0 and {'at most' if most > 100 else 'less than'} {most} per cent.",
        )
    ]


_WHOLE_SHARE = [
    validate.Range(min=0, max=Decimal(100), min_inclusive=False, error="More than 0 and at most 100 per cent.")
]
_CLOCK = validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z", error="A time of the day such as 09:30.")


def _known_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("There is no such time zone; use a name such as Europe/Berlin or UTC.")


class Whole(fields.Nested):
    """A nested object that is always given whole: a change of its parent replaces all of it."""

    def _load(self, value: Any, partial: Any = None) -> Any:  # noqa: ARG002
        return super()._load(value, partial=False)


class TradingWindowSchema(StrictSchema):
    """When a bot may enter. An end before the start reaches into the next day; 00:00 as end is midnight."""

    days = fields.List(
        fields.Integer(validate=validate.Range(min=0, max=6, error="Days go from 0 (Monday) to 6 (Sunday).")),
        load_default=lambda: list(range(7)),
        validate=validate.Length(min=1, max=7, error="Choose at least one day."),
        metadata={"description": "0 is Monday."},
    )
    start = fields.String(load_default="00:00", validate=_CLOCK)
    end = fields.String(load_default="00:00", validate=_CLOCK)
    timezone = fields.String(load_default="UTC", validate=_known_zone)


class DcaSchema(StrictSchema):
    """Safety orders below the first buy."""

    start = fields.String(load_default="signal", validate=validate.OneOf(("signal", "at_once"), error=_ONE_OF))
    safety_orders = fields.Integer(
        load_default=5, validate=validate.Range(min=0, max=50, error="0 to 50 safety orders.")
    )
    safety_amount = Amount(
        allow_none=True,
        load_default=None,
        validate=[positive()],
        metadata={"description": "What the first safety order spends, in quote; the first buy's amount where empty."},
    )
    deviation_percentage = Amount(load_default=Decimal(1), validate=_share())
    step_scale = Amount(
        load_default=Decimal(1), validate=[validate.Range(min=Decimal("0.1"), max=Decimal(10), error="0.1 to 10.")]
    )
    volume_scale = Amount(
        load_default=Decimal(1), validate=[validate.Range(min=Decimal("0.1"), max=Decimal(10), error="0.1 to 10.")]
    )


class GridSchema(StrictSchema):
    """Lines between two prices."""

    lower_price = Amount(required=True, validate=[positive()])
    upper_price = Amount(required=True, validate=[positive()])
    intervals = fields.Integer(
        load_default=10,
        validate=validate.Range(min=1, max=MOST_GRID_INTERVALS, error="1 to {max} intervals."),
    )
    spacing = fields.String(load_default="arithmetic", validate=validate.OneOf(SPACINGS, error=_ONE_OF))


class RulesSchema(StrictSchema):
    """Kind, sizing, exits and limits. Percentages are of the price (exits) or of the equity (risk)."""

    kind = fields.String(load_default="signal", validate=validate.OneOf(KINDS, error=_ONE_OF))
    sizing = fields.String(load_default="fixed", validate=validate.OneOf(SIZINGS, error=_ONE_OF))
    base_amount = Amount(load_default=Decimal(100), validate=[positive("The amount per trade must be more than zero.")])
    equity_percentage = Amount(allow_none=True, load_default=None, validate=_WHOLE_SHARE)
    risk_per_trade = Amount(allow_none=True, load_default=None, validate=_share())
    max_position_amount = Amount(allow_none=True, load_default=None, validate=[positive()])
    stop_loss_percentage = Amount(allow_none=True, load_default=None, validate=_share())
    take_profit_percentage = Amount(allow_none=True, load_default=None, validate=_share(10_000))
    trailing_stop_percentage = Amount(allow_none=True, load_default=None, validate=_share())
    cooldown_minutes = fields.Integer(
        allow_none=True,
        load_default=None,
        validate=validate.Range(min=1, max=525_600, error="1 minute to a year of 525600."),
    )
    max_daily_trades = fields.Integer(
        allow_none=True, load_default=None, validate=validate.Range(min=1, max=10_000, error="1 to 10000 a day.")
    )
    daily_loss_limit = Amount(allow_none=True, load_default=None, validate=_share())
    max_drawdown = Amount(allow_none=True, load_default=None, validate=_share())
    max_open_positions = fields.Integer(
        allow_none=True, load_default=None, validate=validate.Range(min=1, max=100, error="1 to 100.")
    )
    close_on_breach = fields.Boolean(load_default=True)
    trading_window = Whole(TradingWindowSchema, allow_none=True, load_default=None)
    dca = Whole(DcaSchema, allow_none=True, load_default=None)
    grid = Whole(GridSchema, allow_none=True, load_default=None)


def stored_rules(values: dict[str, Any]) -> dict[str, Any]:
    """The rules that are objects, as JSON, the way a row keeps them."""
    schemas = {"trading_window": TradingWindowSchema, "dca": DcaSchema, "grid": GridSchema}
    return {name: schema().dump(values[name]) if values[name] else None for name, schema in schemas.items()}


def dumped_rules(values: dict[str, Any]) -> dict[str, Any]:
    """The rules among the values as JSON, decimals as strings."""
    schema = RulesSchema()
    dumped: dict[str, Any] = schema.dump({name: values[name] for name in schema.fields if name in values})
    return dumped

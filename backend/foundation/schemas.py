"""The marshmallow base of every schema, and the fields that recur: money, moments, identifiers."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

LARGEST_AMOUNT = Decimal(10) ** 15


class StrictSchema(Schema):
    """Refuses fields it does not know, so a misspelt name is told instead of ignored."""

    class Meta:
        """Options of marshmallow."""

        unknown = RAISE

    error_messages = {"unknown": "There is no such field.", "type": "This must be a JSON object."}

    @pre_load
    def strip_text(self, data: Any, **_: Any) -> Any:
        """Drop white space around text, as a form's user would expect; secrets keep every character."""
        if not isinstance(data, dict):
            return data
        secret = {name for name, field in self.fields.items() if field.metadata.get("secret")}
        return {
            name: value.strip() if isinstance(value, str) and name not in secret else value
            for name, value in data.items()
        }


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros: the one way money leaves the API."""
    if value == 0:
        return "0"
    return format(value.normalize(), "f")


class Amount(fields.Decimal):
    """Money, a price or a quantity: a decimal that travels as a string."""

    default_error_messages = {
        "invalid": "This must be a number, for example 100 or 0.25.",
        "special": "This must be a number, for example 100 or 0.25.",
    }

    def __init__(self, **options: Any) -> None:
        validators = list(options.pop("validate", ()))
        validators.append(
            validate.Range(
                min=-LARGEST_AMOUNT,
                max=LARGEST_AMOUNT,
                error="This number is too large to be an amount of money.",
            )
        )
        super().__init__(as_string=True, validate=validators, **options)

    def _to_string(self, value: Decimal) -> str:
        return plain(value)

    def _validated(self, value: Any) -> Decimal:
        if isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        number = super()._validated(value)
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and exponent < -12:
            raise ValidationError("At most 12 decimal places are kept.")
        return number


def positive(message: str = "This must be more than zero.") -> validate.Range:
    """Validator of amounts that must be above zero."""
    return validate.Range(min=0, min_inclusive=False, error=message)


class Moment(fields.AwareDateTime):
    """A moment in UTC, ISO 8601."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        text = super()._serialize(value, attr, obj, **options)
        return text.replace("+00:00", "Z") if isinstance(text, str) else text


class Day(fields.Field[datetime]):
    """A moment of a period, in UTC: ISO 8601, and a date alone is its midnight."""

    default_error_messages = {
        "invalid": "This must be a date such as 2024-01-31, or a moment such as 2024-01-31T12:00:00Z."
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> datetime:  # noqa: ARG002
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.make_error("invalid") from None
        try:
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except OverflowError:
            raise self.make_error("invalid") from None

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:  # noqa: ARG002
        return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


class Sort(fields.String):
    """By which field a list is sorted: one of `names`, with a minus before it for downwards."""

    def __init__(self, *names: str, default: str, **options: Any) -> None:
        choices = tuple(choice for name in names for choice in (name, f"-{name}"))
        assert default in choices, default
        super().__init__(
            load_default=default,
            validate=validate.OneOf(choices, error="Choose one of: {choices}."),
            metadata={"description": "With a minus before it downwards; among equals the ids decide."},
            **options,
        )


class PageArguments(StrictSchema):
    """The query arguments of every list."""

    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=100))
    offset = fields.Integer(load_default=0, validate=validate.Range(min=0, max=10_000_000))

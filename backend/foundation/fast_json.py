"""How the application writes JSON: with orjson, in the spelling of the schemas; it reads as Flask does."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from flask.json.provider import DefaultJSONProvider

_SPELLING = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class FastJson(DefaultJSONProvider):
    """Identifiers as text, moments as ISO 8601 with Z; numbers that are none become null."""

    def dumps(self, obj: Any, **options: Any) -> str:
        """The text of a value. Raises TypeError for what JSON does not know; decimals are among it."""
        try:
            return orjson.dumps(obj, option=_SPELLING).decode()
        except TypeError:
            # Whole numbers beyond 64 bits, say.
            return super().dumps(obj, default=_spell, **options)


def _spell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no spelling in JSON")

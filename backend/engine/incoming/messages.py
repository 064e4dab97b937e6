"""Reads what alerting services send: JSON as TradingView makes it, or a line of plain text."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from backend.engine.incoming.errors import UnreadableSignal
from backend.foundation.errors import FieldError

SIGNATURE_HEADER = "X-Tradefleet-Signature"
_WORDS = {"buy": "buy", "long": "buy", "sell": "sell", "exit": "sell", "close": "sell", "flat": "sell"}
_SIGNATURE = re.compile(r"t=(?P<at>\d{1,12}),v1=(?P<digest>[0-9a-f]{64})")
_MILLISECONDS_FROM = 1e11
"""A number above it is a time in milliseconds, for in seconds it would lie in the year 5138."""
_LONGEST_NOTE = 200


@dataclass(frozen=True)
class Message:
    """One signal as it was sent; `secret` is None where the message proves itself by a signature."""

    action: str
    sent_at: datetime
    key: str
    secret: str | None
    note: str | None


def read_message(body: bytes, signature: str | None) -> Message:
    """What the message says. Raises UnreadableSignal with what is missing and how to send it."""
    text = _storable(body.decode("utf-8", "replace")).strip()
    signed_at = _signed_at(signature)
    if text.startswith("{"):
        return _from_json(text, signed_at)
    return _from_words(text, signed_at)


def is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether the header `t=UNIX,v1=HEX` is the HMAC-SHA256 of `UNIX.BODY` under the secret."""
    found = _SIGNATURE.fullmatch(signature or "")
    if found is None:
        return False
    expected = hmac.new(secret.encode(), found["at"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, found["digest"])


def _signed_at(signature: str | None) -> datetime | None:
    found = _SIGNATURE.fullmatch(signature or "")
    return _moment(int(found["at"])) if found else None


def _from_json(text: str, signed_at: datetime | None) -> Message:
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise _unreadable("body", "The message begins like JSON and is none.") from None
    if not isinstance(content, dict):
        raise _unreadable("body", "The message must be one JSON object.")
    action = _WORDS.get(str(content.get("action", "")).lower())
    if action is None:
        raise _unreadable("action", 'Say what to do: "action": "buy" or "sell".')
    sent_at = _moment(content.get("time")) or signed_at
    if sent_at is None:
        raise _unreadable("time", 'Say when the signal was made: "time": "{{timenow}}".')
    secret = content.get("secret")
    identifier = content.get("id")
    key = _storable(f"id {identifier}") if identifier is not None else _key_of(text, sent_at)
    note = content.get("note")
    return Message(
        action,
        sent_at,
        key[:_LONGEST_NOTE],
        None if secret is None else _storable(str(secret)),
        None if note is None else _storable(str(note))[:_LONGEST_NOTE],
    )


def _from_words(text: str, signed_at: datetime | None) -> Message:
    words = text.replace(",", " ").split()
    actions = [_WORDS[word.lower()] for word in words if word.lower() in _WORDS]
    if not actions:
        raise _unreadable(
            "body", "Say what to do: the text needs the word buy or sell, such as “buy SECRET {{timenow}}”."
        )
    moments = [moment for word in words if (moment := _moment(word))]
    sent_at = moments[0] if moments else signed_at
    if sent_at is None:
        raise _unreadable("body", "Say when the signal was made: add {{timenow}} to the text.")
    secret = next((word.removeprefix("secret=") for word in words if word.startswith("secret=")), None)
    return Message(actions[0], sent_at, _key_of(text, sent_at), secret, None)


def _moment(value: object) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        # Bounded before it is divided: JSON's whole numbers may be of any length.
        if not 0 <= value < _MILLISECONDS_FROM * 1000:
            return None
        return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS_FROM else value, UTC)
    if not isinstance(value, str) or len(value) < len("2026-01-01T00:00"):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _storable(text: str) -> str:
    """Without what the database cannot hold: the character NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _key_of(text: str, sent_at: datetime) -> str:
    return hashlib.sha256(f"{sent_at.isoformat()} {text}".encode()).hexdigest()


def _unreadable(field: str, message: str) -> UnreadableSignal:
    return UnreadableSignal(message, [FieldError(field, message)])

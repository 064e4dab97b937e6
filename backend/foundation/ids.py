"""Identifiers: UUIDv7, so that keys sort by the time they were made (RFC 9562, section 5.7)."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh, time-ordered identifier."""
    return UUID(int=uuid7().int)


def parse_id(text: str) -> UUID | None:
    """The identifier that a user or a client sent, or None when it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None

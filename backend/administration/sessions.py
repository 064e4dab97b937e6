"""The transaction of a request that looks across all tenants."""

from contextlib import ExitStack
from typing import cast

from flask import g
from sqlalchemy.orm import Session

from backend.foundation.requests import platform


def session_across_tenants(reason: str) -> Session:
    """A transaction over all tenants for the rest of this request; committed with it, and undone with it."""
    stack = cast(ExitStack, g.transaction)
    return stack.enter_context(platform().database.across_tenants(f"administration: {reason}"))

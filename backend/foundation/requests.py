"""One request's transaction: opened when first needed, committed when the view returns, rolled back when it raises."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import cast
from uuid import UUID

from flask import current_app, g
from sqlalchemy.orm import Session

from backend.foundation.audit import watch
from backend.foundation.platform import Platform


def platform() -> Platform:
    """The plugs of the application that answers this request."""
    return cast(Platform, current_app.extensions["tradefleet"])


def set_tenant(user_id: UUID) -> None:
    """Name the tenant of this request; called once, by authentication."""
    g.tenant = user_id


def tenant() -> UUID:
    """The user in whose name this request acts."""
    return cast(UUID, g.tenant)


def request_session() -> Session:
    """The request's own transaction, in the name of its tenant (of nobody before authentication)."""
    if "session" not in g:
        stack: ExitStack = g.transaction
        g.session = stack.enter_context(platform().database.as_tenant(g.get("tenant")))
        if "tenant" in g:
            watch(g.session, platform().clock, g.tenant)
    return cast(Session, g.session)


@contextmanager
def request_transaction() -> Iterator[None]:
    """Around a view: whatever it wrote is committed when it returns and undone when it raises."""
    with ExitStack() as stack:
        g.transaction = stack
        yield
    g.pop("session", None)

"""What each role may do beyond its own account, asked of the database at every request that needs it."""

from uuid import UUID

from sqlalchemy import select

from backend.accounts.models import User
from backend.foundation.errors import Forbidden
from backend.foundation.platform import Platform

ROLE_SCOPES: dict[str, str] = {
    "admin:read": "See every account, its bots and orders, the queues and the audit log",
    "admin:write": "Change roles, deactivate accounts, stop bots, switch trading off",
}
"""What only a role gives; a login holds it, and no access token ever does."""

SCOPES_OF_ROLE: dict[str, frozenset[str]] = {
    "user": frozenset(),
    "support": frozenset({"admin:read"}),
    "admin": frozenset({"admin:read", "admin:write"}),
}


def check_role(platform: Platform, user_id: UUID, scope: str) -> None:
    """Raises Forbidden unless the user's role gives the scope just now, whatever their access token says."""
    with platform.database.as_tenant(user_id) as session:
        row = session.execute(select(User.role, User.is_active).where(User.id == user_id)).one_or_none()
    if row is None or not row.is_active or scope not in SCOPES_OF_ROLE[row.role]:
        raise Forbidden("Your account does not have the role for this.")

"""Tables of accounts: users and their sessions."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base, Recorded

ROLES = ("user", "support", "admin")


class User(Recorded, Base):
    """One person, who is also one tenant."""

    __tablename__ = "users"
    __audited__: ClassVar[frozenset[str]] = frozenset({"password_hash"})
    __table_args__ = (
        Index("uq_users_email", text("lower(email)"), unique=True),
        Index("uq_users_username", text("lower(username)"), unique=True),
        CheckConstraint(f"role IN {ROLES}", name="role"),
    )

    email: Mapped[str]
    username: Mapped[str]
    password_hash: Mapped[str]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    email_verified: Mapped[bool] = mapped_column(default=False)
    role: Mapped[str] = mapped_column(default="user")
    locale: Mapped[str] = mapped_column(default="en")
    timezone: Mapped[str] = mapped_column(default="UTC")


class UserSession(Recorded, Base):
    """One refresh token of a login; every rotation adds a row to the login's family."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_family", "family"), Index("ix_sessions_user_id", "user_id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    refresh_token_hash: Mapped[str] = mapped_column(unique=True)
    family: Mapped[UUID]
    ip_address: Mapped[str | None]
    user_agent: Mapped[str | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AccessToken(Recorded, Base):
    """A personal access token, as its hash; `prefix` is what its user knows it by."""

    __tablename__ = "access_tokens"
    __audited__: ClassVar[frozenset[str]] = frozenset({"token_hash"})
    __table_args__ = (Index("ix_access_tokens_user_id", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    prefix: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

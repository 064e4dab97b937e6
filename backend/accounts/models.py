"""Tables of accounts: users, their logins and tokens, and the letters written to them."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base, Recorded

ROLES = ("user", "support", "admin")
LINK_PURPOSES = ("verify_email", "change_email", "reset_password")


class User(Recorded, Base):
    """One person, who is also one tenant."""

    __tablename__ = "users"
    __audited__: ClassVar[frozenset[str]] = frozenset({"password_hash", "mfa_secret_enc"})
    __unaudited__: ClassVar[frozenset[str]] = frozenset({"mfa_last_step"})
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
    mfa_secret_enc: Mapped[str | None]
    mfa_confirmed_at: Mapped[datetime | None]
    mfa_last_step: Mapped[int | None] = mapped_column(BigInteger())
    """The half minute of the newest code that was taken, so that none is taken twice."""
    deleted_at: Mapped[datetime | None]
    """When its owner deleted it: the row says nothing about them any more."""
    erased_at: Mapped[datetime | None]
    """When everything that it held was gone."""

    @property
    def mfa_enabled(self) -> bool:
        """Whether logging in asks for a code besides the password."""
        return self.mfa_confirmed_at is not None


class UserSession(Recorded, Base):
    """One refresh token of a login; every rotation adds a row to the login's family."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_family", "family"), Index("ix_sessions_user_id", "user_id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    refresh_token_hash: Mapped[str] = mapped_column(unique=True)
    family: Mapped[UUID]
    ip_address: Mapped[str | None]
    user_agent: Mapped[str | None]
    device_hash: Mapped[str | None]
    """What the browser's cookie remembers across logins, hashed."""
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


class RecoveryCode(Recorded, Base):
    """One code that stands in for the authenticator once, as its hash."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("ix_recovery_codes_user_id", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class Letter(Recorded, Base):
    """One e-mail to a user, written with what it tells about and sent afterwards; it holds no secret."""

    __tablename__ = "letters"
    __table_args__ = (
        Index("ix_letters_user_id", "user_id"),
        Index("ix_letters_next_attempt_at", "next_attempt_at", postgresql_where=text("next_attempt_at IS NOT NULL")),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str]
    address: Mapped[str]
    details: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    """When it is sent next; none for a letter that was sent or given up."""
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]


class OneTimeLink(Recorded, Base):
    """The link of a letter, as the hash of its token; good once, for its purpose and address, until it expires."""

    __tablename__ = "one_time_links"
    __table_args__ = (
        Index("ix_one_time_links_user_id", "user_id"),
        CheckConstraint(f"purpose IN {LINK_PURPOSES}", name="purpose"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    email: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Identity(Recorded, Base):
    """Whom an OpenID Connect provider knows the user as."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), Index("ix_identities_user_id", "user_id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    issuer: Mapped[str]
    subject: Mapped[str]

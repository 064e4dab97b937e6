"""Tables of exchanges: the users' API keys, encrypted."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.exchanges.nouns import KeyRights
from backend.foundation.database import Base, Recorded

KEY_STATES = ("valid", "invalid", "deleted")


class ApiKey(Recorded, Base):
    """One API key of a user at an exchange; the `_enc` columns are Fernet tokens and never leave the server.

    A deleted key keeps its row, for orders refer to it, but no secret. `problem` says in plain words why a key is
    invalid; `confirmed_at` is when the user confirmed that it cannot withdraw.
    """

    __tablename__ = "api_keys"
    __audited__: ClassVar[frozenset[str]] = frozenset({"api_key_enc", "api_secret_enc", "passphrase_enc"})
    __table_args__ = (
        Index(
            "uq_api_keys_user_id_label",
            "user_id",
            "label",
            unique=True,
            postgresql_where=text("status <> 'deleted'"),
        ),
        CheckConstraint(f"status IN {KEY_STATES}", name="status"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    exchange: Mapped[str]
    label: Mapped[str]
    api_key_enc: Mapped[str]
    api_secret_enc: Mapped[str]
    passphrase_enc: Mapped[str | None]
    masked_key: Mapped[str]
    is_testnet: Mapped[bool]
    can_trade: Mapped[bool]
    can_withdraw: Mapped[bool | None]
    ip_restricted: Mapped[bool | None]
    confirmed_at: Mapped[datetime | None]
    status: Mapped[str]
    problem: Mapped[str | None]
    last_checked_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    """When it was last decrypted to send orders or to compare the account, to a minute."""
    rotated_at: Mapped[datetime | None]
    """When its user put another key and secret in its place."""
    frozen_at: Mapped[datetime | None]
    frozen_until: Mapped[datetime | None]
    """Until then no bot begins to trade with it: the account's password was reset."""

    @property
    def permissions(self) -> KeyRights:
        """What the exchange said that the key may do."""
        return KeyRights(self.can_trade, self.can_withdraw, self.ip_restricted)

    @property
    def trades_live(self) -> bool:
        """Whether bots may send orders with it: good, allowed to trade, and known or confirmed not to withdraw."""
        is_safe = self.can_withdraw is False or (self.can_withdraw is None and self.confirmed_at is not None)
        return self.status == "valid" and self.can_trade and is_safe

"""Tables of exchanges: the users' API keys, encrypted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base, Recorded

KEY_STATES = ("valid", "invalid", "deleted")


class ApiKey(Recorded, Base):
    """One API key of a user at an exchange; the `_enc` columns are Fernet tokens and never leave the server.

    A deleted key keeps its row, for orders refer to it, but no secret.
    """

    __tablename__ = "api_keys"
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
    status: Mapped[str]
    last_checked_at: Mapped[datetime]

"""Whether an API key may be kept and traded with, by the exchange's own word or by the user's."""

from uuid import UUID

from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import (
    ExchangeBusy,
    ExchangeUnreachable,
    KeyCannotBeUsed,
    KeyRefused,
    OrderRefused,
    OutcomeUnknown,
)
from backend.exchanges.nouns import Credentials, KeyRights
from backend.exchanges.venues import venue_of

CONFIRMATION = "this key cannot withdraw"
"""What the user writes where the exchange does not tell what a key may do."""


def check_rights(
    access: ExchangeAccess, exchange: str, account_id: UUID, credentials: Credentials, is_testnet: bool
) -> KeyRights:
    """Ask the exchange what the key may do. Raises KeyCannotBeUsed or ExchangeUnreachable."""
    name = venue_of(exchange).name
    try:
        rights = access.account(exchange, account_id, credentials, is_testnet).key_rights()
    except (KeyRefused, OrderRefused) as refusal:
        raise KeyCannotBeUsed(
            f"{name} refused this key: {refusal.reason}"
            " Check that key and secret were copied whole and belong to each other, and that the key is one of"
            f" {name}."
        ) from None
    except (ExchangeBusy, OutcomeUnknown):
        raise ExchangeUnreachable(name) from None
    if rights.can_withdraw:
        raise KeyCannotBeUsed(
            "This key can withdraw money. Make one without the withdrawal right; only such keys are kept here."
        )
    if not rights.can_trade:
        raise KeyCannotBeUsed("This key may not trade. Allow spot trading for it at the exchange, then add it again.")
    return rights


def is_confirmed(words: str | None) -> bool:
    """Whether the user has written the confirmation. Raises KeyCannotBeUsed where something else was written."""
    written = (words or "").strip().strip(".").lower()
    if not written:
        return False
    if written != CONFIRMATION:
        raise KeyCannotBeUsed(f"To confirm, write exactly: {CONFIRMATION}.", "confirm_no_withdrawal")
    return True

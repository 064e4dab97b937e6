"""What changes API keys: adding (tested first), testing again, deleting."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.config import Settings
from backend.exchanges.errors import (
    ExchangeBusy,
    ExchangeUnreachable,
    KeyCannotBeUsed,
    KeyInUse,
    KeyRefused,
    OrderRefused,
    OutcomeUnknown,
)
from backend.exchanges.gateway import Credentials, Gateway, KeyRights
from backend.exchanges.models import ApiKey
from backend.exchanges.queries import own_key, own_keys
from backend.exchanges.venues import is_sandbox, venue_of
from backend.foundation.clock import Clock
from backend.foundation.errors import Conflict, FieldError, ValidationFailed
from backend.foundation.events import publish
from backend.foundation.ids import new_id
from backend.foundation.key_vault import KeyVault


def add_key(
    session: Session, clock: Clock, vault: KeyVault, settings: Settings, user_id: UUID, data: dict[str, Any]
) -> ApiKey:
    """Test a key at its exchange and keep it, encrypted.

    Raises UnknownExchange, KeyCannotBeUsed (refused, or able to withdraw), ExchangeUnreachable, Conflict (label taken).
    """
    venue = venue_of(data["exchange"])
    if data["is_testnet"] and not is_sandbox(settings, venue.id):
        message = f"{venue.name}'s test network is not connected here; leave the test key box empty."
        raise ValidationFailed(message, [FieldError("is_testnet", message)])
    taken = session.scalar(own_keys(user_id).where(ApiKey.label == data["label"]))
    if taken:
        raise _label_taken()
    rights = check_rights(settings, venue.id, Credentials(data["api_key"], data["api_secret"]))
    key = ApiKey(
        id=new_id(),
        user_id=user_id,
        exchange=venue.id,
        label=data["label"],
        api_key_enc=vault.encrypt(data["api_key"]),
        api_secret_enc=vault.encrypt(data["api_secret"]),
        masked_key=_mask(data["api_key"]),
        is_testnet=is_sandbox(settings, venue.id),
        can_trade=rights.can_trade,
        can_withdraw=rights.can_withdraw,
        status="valid",
        last_checked_at=clock.now(),
    )
    session.add(key)
    try:
        session.flush()
    except IntegrityError:
        raise _label_taken() from None
    session.refresh(key)
    publish(session, clock, user_id, "api_key.added", {"id": str(key.id), "label": key.label})
    return key


def check_rights(settings: Settings, exchange: str, credentials: Credentials) -> KeyRights:
    """Ask the exchange what the key may do. Raises KeyCannotBeUsed or ExchangeUnreachable."""
    name = venue_of(exchange).name
    try:
        rights = Gateway(settings, exchange, credentials).key_rights()
    except (KeyRefused, OrderRefused) as refusal:
        raise KeyCannotBeUsed(
            f"{name} refused this key: {refusal.reason}"
            " Check that key and secret were copied whole and belong to each other."
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


def test_key(
    session: Session, clock: Clock, vault: KeyVault, settings: Settings, user_id: UUID, key_id: UUID
) -> ApiKey:
    """Ask the exchange again whether the key is good, and note the answer on it. Raises ExchangeUnreachable."""
    key = own_key(session, user_id, key_id)
    credentials = Credentials(vault.decrypt(key.api_key_enc), vault.decrypt(key.api_secret_enc))
    try:
        rights = check_rights(settings, key.exchange, credentials)
    except KeyCannotBeUsed:
        key.status = "invalid"
    else:
        key.status, key.can_trade, key.can_withdraw = "valid", rights.can_trade, rights.can_withdraw
    key.last_checked_at = clock.now()
    session.flush()
    return key


def delete_key(session: Session, clock: Clock, user_id: UUID, key_id: UUID, bots_using_it: int) -> None:
    """Forget a key. Raises and KeyInUse while a bot trades with it."""
    key = own_key(session, user_id, key_id)
    if bots_using_it:
        raise KeyInUse(bots_using_it)
    key.status = "deleted"
    key.api_key_enc = key.api_secret_enc = ""
    key.passphrase_enc = None
    session.flush()
    publish(session, clock, user_id, "api_key.deleted", {"id": str(key_id), "label": key.label})


def _mask(api_key: str) -> str:
    return f"{api_key[:4]}…{api_key[-4:]}"


def _label_taken() -> Conflict:
    message = "You already have a key with this label."
    return Conflict(message, [FieldError("label", message)])

"""What changes API keys: adding and replacing (tested first), testing again, confirming, deleting."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.exchanges.access import ExchangeAccess
from backend.exchanges.errors import KeyCannotBeUsed, KeyInUse
from backend.exchanges.key_checks import check_rights, is_confirmed
from backend.exchanges.models import ApiKey
from backend.exchanges.nouns import Credentials
from backend.exchanges.queries import credentials_of, locked_key, own_key, own_keys
from backend.exchanges.venue import Venue
from backend.exchanges.venues import is_sandbox, venue_of
from backend.foundation.clock import Clock
from backend.foundation.errors import Conflict, FieldError, ValidationFailed
from backend.foundation.events import publish
from backend.foundation.ids import new_id
from backend.foundation.key_vault import KeyVault


def add_key(
    session: Session, clock: Clock, vault: KeyVault, access: ExchangeAccess, user_id: UUID, data: dict[str, Any]
) -> ApiKey:
    """Test a key at its exchange and keep it, encrypted.

    Raises UnknownExchange, ValidationFailed, KeyCannotBeUsed (refused, or able to withdraw), ExchangeUnreachable,
    Conflict (label taken).
    """
    venue = venue_of(data["exchange"])
    sandbox = is_sandbox(access.settings, venue.id)
    _check_place(venue, data["is_testnet"] and not sandbox)
    confirmed = is_confirmed(data.get("confirm_no_withdrawal"))
    if session.scalar(own_keys(user_id).where(ApiKey.label == data["label"])):
        raise _label_taken()
    key_id, is_testnet, passphrase = new_id(), sandbox or data["is_testnet"], data.get("passphrase")
    credentials = Credentials(data["api_key"], data["api_secret"], passphrase)
    rights = check_rights(access, venue.id, key_id, credentials, is_testnet)
    key = ApiKey(
        id=key_id,
        user_id=user_id,
        exchange=venue.id,
        label=data["label"],
        is_testnet=is_testnet,
        can_trade=rights.can_trade,
        can_withdraw=rights.can_withdraw,
        ip_restricted=rights.ip_restricted,
        confirmed_at=clock.now() if confirmed else None,
        status="valid",
        last_checked_at=clock.now(),
    )
    _seal(vault, key, credentials)
    session.add(key)
    try:
        session.flush()
    except IntegrityError:
        raise _label_taken() from None
    session.refresh(key)
    publish(session, clock, user_id, "api_key.added", {"id": str(key.id), "label": key.label})
    return key


def test_key(
    session: Session, clock: Clock, vault: KeyVault, access: ExchangeAccess, user_id: UUID, key_id: UUID
) -> ApiKey:
    """Ask the exchange again whether the key is good, and note the answer on it. Raises ExchangeUnreachable."""
    key = own_key(session, user_id, key_id)
    asked, problem, rights = key.api_key_enc, None, None
    try:
        rights = check_rights(access, key.exchange, key.id, credentials_of(vault, key), key.is_testnet)
    except KeyCannotBeUsed as refusal:
        problem = refusal.message
    key = locked_key(session, user_id, key_id)
    if key.api_key_enc != asked:
        # Replaced while the exchange was asked about the old one.
        return key
    key.status, key.problem = "invalid" if problem else "valid", problem
    if rights is not None:
        key.can_trade, key.can_withdraw, key.ip_restricted = rights.can_trade, rights.can_withdraw, rights.ip_restricted
    key.last_checked_at = clock.now()
    session.flush()
    return key


def rotate_key(
    session: Session,
    clock: Clock,
    vault: KeyVault,
    access: ExchangeAccess,
    user_id: UUID,
    key_id: UUID,
    data: dict[str, Any],
) -> ApiKey:
    """Put another key of the same account in a key's place, once it is tested; its bots go on with it.

    Raises what `add_key` raises, but for the label.
    """
    key = own_key(session, user_id, key_id)
    confirmed, passphrase = is_confirmed(data.get("confirm_no_withdrawal")), data.get("passphrase")
    credentials = Credentials(data["api_key"], data["api_secret"], passphrase)
    rights = check_rights(access, key.exchange, key.id, credentials, key.is_testnet)
    key = locked_key(session, user_id, key_id)
    _seal(vault, key, credentials)
    key.can_trade, key.can_withdraw, key.ip_restricted = rights.can_trade, rights.can_withdraw, rights.ip_restricted
    key.status, key.problem = "valid", None
    key.confirmed_at = clock.now() if confirmed else None
    key.last_checked_at = key.rotated_at = clock.now()
    session.flush()
    publish(session, clock, user_id, "api_key.rotated", {"id": str(key.id), "label": key.label})
    return key


def _seal(vault: KeyVault, key: ApiKey, credentials: Credentials) -> None:
    key.api_key_enc, key.api_secret_enc = vault.encrypt(credentials.api_key), vault.encrypt(credentials.api_secret)
    key.passphrase_enc = vault.encrypt(credentials.passphrase) if credentials.passphrase else None
    key.masked_key = _mask(credentials.api_key)


def confirm_key(session: Session, clock: Clock, user_id: UUID, key_id: UUID, words: str) -> ApiKey:
    """Note that the user confirms in words that the key cannot withdraw. Raises KeyCannotBeUsed for other words."""
    key = own_key(session, user_id, key_id)
    if is_confirmed(words) and key.confirmed_at is None:
        key.confirmed_at = clock.now()
        session.flush()
        publish(session, clock, user_id, "api_key.confirmed", {"id": str(key.id), "label": key.label})
    return key


def delete_key(session: Session, clock: Clock, user_id: UUID, key_id: UUID, bots_using_it: int) -> None:
    """Forget a key. Raises KeyInUse while a bot trades with it."""
    key = own_key(session, user_id, key_id)
    if bots_using_it:
        raise KeyInUse(bots_using_it)
    destroy_secrets(key)
    session.flush()
    publish(session, clock, user_id, "api_key.deleted", {"id": str(key_id), "label": key.label})


def destroy_secrets(key: ApiKey) -> None:
    """Leave nothing of the key but its row, to which orders refer."""
    key.status = "deleted"
    key.api_key_enc = key.api_secret_enc = ""
    key.passphrase_enc = None


def _check_place(venue: Venue, wants_testnet: bool) -> None:
    if not venue.trades:
        message = f"{venue.name} only tells its prices here; it takes no keys."
        raise ValidationFailed(message, [FieldError("exchange", message)])
    if wants_testnet and not venue.has_testnet:
        message = f"{venue.name} has no test network; leave the test key box empty."
        raise ValidationFailed(message, [FieldError("is_testnet", message)])


def _mask(api_key: str) -> str:
    return f"{api_key[:4]}…{api_key[-4:]}"


def _label_taken() -> Conflict:
    message = "You already have a key with this label."
    return Conflict(message, [FieldError("label", message)])

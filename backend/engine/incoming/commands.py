"""What changes signals from outside: giving a bot its address, taking a signal in."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.bots.models import TradingBot
from backend.bots.queries import own_bot
from backend.engine.incoming.errors import BotTakesNoSignals, NoSuchHook, SignalNotProven, SignalOutOfTime
from backend.engine.incoming.messages import is_signed, read_message
from backend.engine.incoming.models import IncomingSignal, SignalHook
from backend.foundation.clock import Clock
from backend.foundation.events import publish
from backend.foundation.ids import new_id
from backend.foundation.key_vault import KeyVault
from backend.foundation.platform import Platform
from backend.trading.strategies import STRATEGIES

WINDOW = timedelta(minutes=5)
"""A signal that was made longer ago, or further in the future, is not taken."""


@dataclass(frozen=True)
class NewHook:
    """An address as it is shown once; afterwards only the bot's owner knows it."""

    token: str
    secret: str


@dataclass(frozen=True)
class Receipt:
    """What became of a message on its way in."""

    signal_id: UUID
    is_duplicate: bool


def make_hook(session: Session, vault: KeyVault, user_id: UUID, bot_id: UUID) -> NewHook:
    """Give the bot a new address and secret; older ones stop working. Raises NoSuchBot and BotTakesNoSignals."""
    bot = own_bot(session, user_id, bot_id)
    if not takes_signals(bot):
        raise BotTakesNoSignals
    hook = NewHook(secrets.token_urlsafe(24), secrets.token_urlsafe(24))
    row = session.scalar(select(SignalHook).where(SignalHook.bot_id == bot.id))
    if row is None:
        row = SignalHook(id=new_id(), user_id=user_id, bot_id=bot.id)
        session.add(row)
    row.token_hash, row.secret_enc = _hashed(hook.token), vault.encrypt(hook.secret)
    session.flush()
    return hook


def takes_signals(bot: TradingBot) -> bool:
    """Whether the bot waits for signals from outside."""
    strategy = STRATEGIES.get(bot.strategy)
    return bool(getattr(strategy, "signals_from_outside", False))


def receive(platform: Platform, token: str, body: bytes, signature: str | None) -> Receipt:
    """Take a message in, once; acting on it comes afterwards.

    Raises NoSuchHook, UnreadableSignal, SignalNotProven, SignalOutOfTime.
    """
    with platform.database.across_tenants("take in a signal from outside") as session:
        hook = session.scalar(select(SignalHook).where(SignalHook.token_hash == _hashed(token)))
        if hook is None:
            raise NoSuchHook
        secret = platform.vault.decrypt(hook.secret_enc)
        message = read_message(body, signature)
        given = message.secret is not None and hmac.compare_digest(message.secret.encode(), secret.encode())
        if not given and not is_signed(body, signature, secret):
            raise SignalNotProven
        now = platform.clock.now()
        if abs(now - message.sent_at) > WINDOW:
            raise SignalOutOfTime(
                f"The signal says that it was made at {message.sent_at:%Y-%m-%d %H:%M:%S} UTC, and it is"
                f" {now:%Y-%m-%d %H:%M:%S} UTC now. Signals are taken within five minutes."
            )
        hook.last_received_at = now
        identifier = session.scalar(
            insert(IncomingSignal)
            .values(
                id=new_id(),
                user_id=hook.user_id,
                bot_id=hook.bot_id,
                key=message.key,
                action=message.action,
                note=message.note,
                state="received",
                received_at=now,
            )
            .on_conflict_do_nothing()
            .returning(IncomingSignal.id)
        )
        if identifier is not None:
            _tell(session, platform.clock, hook, identifier)
            return Receipt(identifier, is_duplicate=False)
        known = session.scalar(
            select(IncomingSignal.id).where(IncomingSignal.bot_id == hook.bot_id, IncomingSignal.key == message.key)
        )
        assert known is not None
        return Receipt(known, is_duplicate=True)


def _tell(session: Session, clock: Clock, hook: SignalHook, signal_id: UUID) -> None:
    payload = {"id": str(signal_id), "bot_id": str(hook.bot_id)}
    publish(session, clock, hook.user_id, "signal.received", payload)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

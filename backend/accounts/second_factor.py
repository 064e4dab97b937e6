"""The second factor: time-based codes of an authenticator (RFC 6238), and recovery codes for the day it is lost."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pyotp
import segno
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backend.accounts.errors import WrongCode
from backend.accounts.letters import write_letter
from backend.accounts.models import RecoveryCode, User
from backend.accounts.passwords import require_password
from backend.foundation.audit import note
from backend.foundation.clock import Clock
from backend.foundation.errors import Conflict
from backend.foundation.key_vault import KeyVault

ISSUER = "Tradefleet"
RECOVERY_CODES = 10
_STEP = timedelta(seconds=30)
_STEPS_ASIDE = (0, -1, 1)
"""Clocks of telephones are not exact: the codes before and after are taken as well."""


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator is told: the secret in base32, as an address, and as a QR code (SVG)."""

    secret: str
    uri: str
    qr_svg: str


def enrol(session: Session, vault: KeyVault, user_id: UUID, password: str) -> Enrolment:
    """A secret for the authenticator; it counts once a code of it is confirmed. Raises WrongPassword, Conflict."""
    user = _own(session, user_id)
    require_password(password, user.password_hash, "current_password")
    if user.mfa_enabled:
        raise Conflict("The second factor is on already. Turn it off first to set up another authenticator.")
    secret = pyotp.random_base32()
    user.mfa_secret_enc, user.mfa_last_step = vault.encrypt(secret), None
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)
    drawing = BytesIO()
    segno.make(uri, error="m").save(drawing, kind="svg", scale=4, border=4, xmldecl=False, svgns=True, light="#fff")
    return Enrolment(secret, uri, drawing.getvalue().decode())


def confirm(session: Session, clock: Clock, vault: KeyVault, user_id: UUID, code: str) -> list[str]:
    """Turn the second factor on, by a first code; returns the recovery codes. Raises WrongCode, Conflict."""
    user = _own(session, user_id)
    if user.mfa_secret_enc is None or user.mfa_enabled:
        raise Conflict("There is nothing to confirm. Set up an authenticator first.")
    if not _takes_totp(clock, vault, user, code):
        raise WrongCode
    user.mfa_confirmed_at = clock.now()
    write_letter(session, clock, user, "mfa_enabled")
    return _make_recovery_codes(session, user_id)


def disable(session: Session, clock: Clock, vault: KeyVault, user_id: UUID, password: str, code: str) -> None:
    """Turn the second factor off. Raises WrongPassword, WrongCode, Conflict."""
    user = _checked_again(session, clock, vault, user_id, password, code)
    user.mfa_secret_enc = user.mfa_confirmed_at = user.mfa_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    write_letter(session, clock, user, "mfa_disabled")


def renew_recovery_codes(
    session: Session, clock: Clock, vault: KeyVault, user_id: UUID, password: str, code: str
) -> list[str]:
    """New recovery codes instead of the old ones. Raises WrongPassword, WrongCode, Conflict."""
    _checked_again(session, clock, vault, user_id, password, code)
    note(session, clock, user_id, "recovery_codes.renewed")
    return _make_recovery_codes(session, user_id)


def require_code(session: Session, clock: Clock, vault: KeyVault, user: User, code: str) -> None:
    """Take a code of the authenticator, or a recovery code, each once. Raises WrongCode."""
    if _takes_totp(clock, vault, user, code):
        return
    spent = session.scalar(
        select(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _hash(code), RecoveryCode.used_at.is_(None))
        .with_for_update()
    )
    if spent is None:
        raise WrongCode
    spent.used_at = clock.now()
    session.flush()
    write_letter(session, clock, user, "recovery_code_used", left=recovery_codes_left(session, user.id))


def recovery_codes_left(session: Session, user_id: UUID) -> int:
    """How many recovery codes have not been used."""
    statement = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(statement) or 0


def _own(session: Session, user_id: UUID) -> User:
    # Locked: of two requests with one code at the same instant the second finds it taken.
    return session.get_one(User, user_id, with_for_update={"key_share": True}, populate_existing=True)


def _checked_again(session: Session, clock: Clock, vault: KeyVault, user_id: UUID, password: str, code: str) -> User:
    user = _own(session, user_id)
    if not user.mfa_enabled:
        raise Conflict("The second factor is not on.")
    require_password(password, user.password_hash, "current_password")
    require_code(session, clock, vault, user, code)
    return user


def _takes_totp(clock: Clock, vault: KeyVault, user: User, code: str) -> bool:
    """Whether it is the code of now, taken for the first time; then it is noted as taken."""
    if user.mfa_secret_enc is None:
        return False
    given = code.replace(" ", "")
    totp = pyotp.TOTP(vault.decrypt(user.mfa_secret_enc))
    step = int(clock.now().timestamp()) // int(_STEP.total_seconds())
    for aside in _STEPS_ASIDE:
        is_fresh = user.mfa_last_step is None or step + aside > user.mfa_last_step
        if is_fresh and hmac.compare_digest(totp.generate_otp(step + aside).encode(), given.encode()):
            user.mfa_last_step = step + aside
            return True
    return False


def _make_recovery_codes(session: Session, user_id: UUID) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(code)) for code in codes)
    return codes


def _new_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def _hash(code: str) -> str:
    # 80 random bits need no slow hash.
    plain = code.lower().replace("-", "").replace(" ", "")
    return hashlib.sha256(plain.encode()).hexdigest()

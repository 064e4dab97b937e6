"""Passwords: the rules of a good one, and their bcrypt hashes."""

from collections.abc import Callable

import bcrypt

from backend.accounts.errors import WrongPassword
from backend.foundation.errors import FieldError, ValidationFailed

COST = 12
_LONGEST_BYTES = 72
"""bcrypt reads no further; a longer password is refused instead of silently cut."""

_RULES: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda password: len(password) >= 8, "at least 8 characters"),
    (lambda password: any(character.islower() for character in password), "a lower-case letter"),
    (lambda password: any(character.isupper() for character in password), "an upper-case letter"),
    (lambda password: any(character.isdigit() for character in password), "a digit"),
    (lambda password: any(not character.isalnum() for character in password), "a symbol such as ! or ?"),
)


def missing_rules(password: str) -> list[str]:
    """What the password still needs, in words; empty when it is good."""
    missing = [words for holds, words in _RULES if not holds(password)]
    if len(password.encode()) > _LONGEST_BYTES:
        missing.append(f"at most {_LONGEST_BYTES} bytes")
    return missing


def require_strong(password: str, field: str) -> None:
    """Raises ValidationFailed, saying what a password needs that this one has not."""
    missing = missing_rules(password)
    if missing:
        message = f"The password needs {', '.join(missing)}."
        raise ValidationFailed(message, [FieldError(field, message)])


def require_password(password: str, password_hash: str, field: str) -> None:
    """Raises WrongPassword unless the password is the hashed one: who asks for this is the owner."""
    if not password_matches(password, password_hash):
        raise WrongPassword(field)


def hash_password(password: str, cost: int = COST) -> str:
    """The bcrypt hash to store."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(cost)).decode()


_NOBODYS_HASH = "$2b$12$C6UzMDM.H6dfI/f/IKcEeO7Hs5XS9Z0DWv/gfM2v7tSL8yT0nmyeC"


def password_matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the hashed one; takes as long when there is no hash, so it does not tell who exists."""
    encoded = password.encode()
    if len(encoded) > _LONGEST_BYTES:
        return False
    matches = bcrypt.checkpw(encoded, (password_hash or _NOBODYS_HASH).encode())
    return matches and password_hash is not None

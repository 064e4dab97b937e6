"""Encryption of secrets at rest with a rotatable ring of Fernet keys (MultiFernet)."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class VaultError(Exception):
    """A secret cannot be decrypted: its key is no longer in ENCRYPTION_KEYS."""


class KeyVault:
    """Encrypts with the newest key of the ring and decrypts with any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`: url-safe base64 Fernet keys, the newest first."""
        self._ring = MultiFernet([Fernet(key) for key in keys])

    def encrypt(self, plaintext: str) -> str:
        """The secret as a Fernet token under the newest key."""
        return self._ring.encrypt(plaintext.encode()).decode()

    def decrypt(self, token: str) -> str:
        """The secret. Raises VaultError when no key of the ring fits."""
        try:
            return self._ring.decrypt(token.encode()).decode()
        except InvalidToken:
            raise VaultError("This secret was encrypted with a key that is no longer in ENCRYPTION_KEYS.") from None

    def rotate(self, token: str) -> str:
        """The same secret under the newest key."""
        try:
            return self._ring.rotate(token.encode()).decode()
        except InvalidToken:
            raise VaultError("This secret was encrypted with a key that is no longer in ENCRYPTION_KEYS.") from None

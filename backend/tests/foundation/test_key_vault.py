"""Secrets at rest: the newest key encrypts, every key of the ring decrypts, others do not."""

import pytest
from cryptography.fernet import Fernet

from backend.foundation.key_vault import KeyVault, VaultError


def test_a_rotated_ring_reads_what_the_old_one_wrote() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    token = KeyVault([old]).encrypt("secret")
    ring = KeyVault([new, old])
    assert "secret" not in token
    assert ring.decrypt(token) == "secret"
    rotated = ring.rotate(token)
    assert KeyVault([new]).decrypt(rotated) == "secret"
    with pytest.raises(VaultError, match="ENCRYPTION_KEYS"):
        KeyVault([old]).decrypt(rotated)
    with pytest.raises(VaultError):
        KeyVault([new]).rotate(token)

"""API keys as each venue makes them: what the owner is given, and what the venue keeps to check signatures with."""

import base64
import secrets
import string
import uuid
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from backend.sandbox.events import Venue

_LETTERS_AND_DIGITS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Credentials:
    """`api_secret` is shown once; `verifier` is what signatures are checked with (for Coinbase a public key)."""

    api_key: str
    api_secret: str
    verifier: str


def new_credentials(venue: Venue) -> Credentials:
    """A key of the venue's own form."""
    if venue == "kraken":
        return _kraken()
    return _coinbase() if venue == "coinbase" else _binance()


def _binance() -> Credentials:
    api_key, api_secret = ("".join(secrets.choice(_LETTERS_AND_DIGITS) for _ in range(64)) for _ in range(2))
    return Credentials(api_key, api_secret, api_secret)


def _kraken() -> Credentials:
    api_secret = base64.b64encode(secrets.token_bytes(64)).decode()
    return Credentials(base64.b64encode(secrets.token_bytes(42)).decode(), api_secret, api_secret)


def _coinbase() -> Credentials:
    private = ec.generate_private_key(ec.SECP256R1())
    api_secret = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()
    verifier = (
        private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    return Credentials(f"organizations/{uuid.uuid4()}/apiKeys/{uuid.uuid4()}", api_secret, verifier)

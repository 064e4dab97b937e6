"""Settings are typed, and unsafe ones are refused in production with a sentence each."""

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from backend.config import Settings, SettingsError, load_settings

SAFE = {
    "environment": "production",
    "secret_key": "a" * 40,
    "jwt_secret_key": "b" * 40,
    "encryption_keys": Fernet.generate_key().decode(),
    "frontend_url": "https://bots.example.com",
    "database_url": "postgresql://owner@db/tradefleet",
    "redis_url": "redis://cache/0",
}


def test_safe_production_settings_are_taken() -> None:
    assert Settings.model_validate(SAFE).is_production


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"secret_key": "short"}, "SECRET_KEY must be a secret of your own"),
        ({"jwt_secret_key": "a" * 40}, "must differ"),
        ({"jwt_secret_key": None}, "JWT_SECRET_KEY must be a secret of your own"),
        ({"encryption_keys": None}, "ENCRYPTION_KEYS must be keys of your own"),
        ({"encryption_keys": "no-key"}, "not a Fernet key"),
        ({"frontend_url": "http://bots.example.com"}, "https://"),
        ({"database_url": None}, "DATABASE_URL must name a PostgreSQL server"),
        ({"redis_url": None}, "REDIS_URL must name a Redis server"),
    ],
)
def test_unsafe_production_settings_are_refused(change: dict[str, str | None], words: str) -> None:
    values = {name: value for name, value in {**SAFE, **change}.items() if value is not None}
    with pytest.raises(ValidationError, match=words):
        Settings.model_validate(values)


def test_unreadable_settings_are_named_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("ENCRYPTION_KEYS", "a-canary-that-must-not-be-shown")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "PORT" in str(refused.value)
    assert "ENCRYPTION_KEYS" in str(refused.value)
    assert "canary" not in str(refused.value)

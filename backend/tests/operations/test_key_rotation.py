"""Secrets are encrypted anew under the newest key, and the old key can go."""

from dataclasses import replace

from cryptography.fernet import Fernet
from sqlalchemy import select

from backend.engine.incoming.commands import make_hook
from backend.exchanges.models import ApiKey
from backend.exchanges.queries import credentials_of
from backend.foundation.key_vault import KeyVault
from backend.foundation.platform import Platform
from backend.operations.key_rotation import encrypted_columns, rotate_secrets
from backend.tables import metadata
from backend.tests.factories import Factory


def test_every_secret_is_under_the_newest_key_afterwards(platform: Platform, make: Factory) -> None:
    user = make.user()
    key = make.api_key(user.id, passphrase_enc=platform.vault.encrypt("pass-phrase"))
    bot = make.bot(user.id, strategy="webhook", strategy_config={})
    with platform.database.across_tenants("test") as session:
        make_hook(session, platform.vault, user.id, bot.id)
    fresh, old = Fernet.generate_key().decode(), platform.settings.encryption_keys[0].get_secret_value()
    both = replace(platform, vault=KeyVault([fresh, old]))
    assert rotate_secrets(both, metadata).rotated == 4
    with platform.database.across_tenants("test") as session:
        row = session.scalars(select(ApiKey).where(ApiKey.id == key.id)).one()
    credentials = credentials_of(KeyVault([fresh]), row)
    assert (credentials.api_key, credentials.api_secret) == ("public-part-of-key", "secret-part-of-key")
    assert credentials.passphrase == "pass-phrase"
    # Again, and nothing is lost.
    assert rotate_secrets(both, metadata).rotated == 4


def test_a_secret_that_no_key_opens_is_named_and_the_others_go_on(platform: Platform, make: Factory) -> None:
    user = make.user()
    stranger = KeyVault([Fernet.generate_key().decode()])
    lost = make.api_key(user.id, api_secret_enc=stranger.encrypt("lost"))
    make.api_key(user.id)
    done = rotate_secrets(platform, metadata)
    assert (done.rotated, done.unreadable) == (2, (f"api_keys {lost.id}",))


def test_more_rows_than_one_transaction_takes(platform: Platform, make: Factory) -> None:
    user = make.user()
    for _ in range(201):
        make.api_key(user.id)
    assert rotate_secrets(platform, metadata).rotated == 402


def test_the_tables_with_secrets_are_known() -> None:
    found = {f"{table.name}.{column.name}" for table, columns in encrypted_columns(metadata) for column in columns}
    assert found == {
        "api_keys.api_key_enc",
        "api_keys.api_secret_enc",
        "api_keys.passphrase_enc",
        "idempotent_answers.answer_enc",
        "signal_hooks.secret_enc",
        "users.mfa_secret_enc",
    }

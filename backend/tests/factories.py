"""Makes what a test needs: users with tokens, keys, bots."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from backend.accounts.models import User
from backend.accounts.passwords import hash_password
from backend.accounts.tokens import AccessTokens
from backend.billing.queries import plan_claims
from backend.bots.models import TradingBot
from backend.exchanges.models import ApiKey
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform

PASSWORD = "Correct-horse-1"
# The cost of 12 is proven where passwords are; here it would only be slow.
_PASSWORD_HASH = hash_password(PASSWORD, cost=4)


class Factory:
    """Makes rows with sensible values; what a test is about, it names."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._count = 0

    def user(self, **values: Any) -> User:
        """A user with a verified e-mail address."""
        self._count += 1
        name = f"trader{self._count}"
        user = User(
            **{
                "id": new_id(),
                "email": f"{name}@example.com",
                "username": name,
                "password_hash": _PASSWORD_HASH,
                "email_verified": True,
                "role": "user",
                **values,
            }
        )
        self._add(user)
        return user

    def headers(self, user: User) -> dict[str, str]:
        """The headers of a request in the user's name."""
        tokens = AccessTokens(self._platform, (plan_claims,))
        with self._platform.database.across_tenants("test") as session:
            return {"Authorization": f"Bearer {tokens.issue(session, user, new_id())}"}

    def api_key(self, user_id: UUID, **values: Any) -> ApiKey:
        """A key that was found to be good."""
        vault = self._platform.vault
        key = ApiKey(
            **{
                "id": new_id(),
                "user_id": user_id,
                "exchange": "binance",
                "label": f"Key {new_id()}",
                "api_key_enc": vault.encrypt("public-part-of-key"),
                "api_secret_enc": vault.encrypt("secret-part-of-key"),
                "masked_key": "publ…-key",
                "is_testnet": True,
                "can_trade": True,
                "can_withdraw": False,
                "status": "valid",
                "last_checked_at": self._platform.clock.now(),
                **values,
            }
        )
        self._add(key)
        return key

    def bot(self, user_id: UUID, **values: Any) -> TradingBot:
        """A stopped paper bot."""
        self._count += 1
        bot = TradingBot(
            **{
                "id": new_id(),
                "user_id": user_id,
                "api_key_id": None,
                "name": f"Bot {self._count}",
                "kind": "signal",
                "exchange": "binance",
                "symbols": ["BTC/USDT"],
                "strategy": "sma_crossover",
                "strategy_config": {"short_period": 2, "long_period": 3},
                "timeframe": "1m",
                "base_amount": Decimal(100),
                "is_paper_trading": True,
                "paper_balance": Decimal(1000),
                "status": "stopped",
                "total_trades": 0,
                "winning_trades": 0,
                "total_profit_loss": Decimal(0),
                **values,
            }
        )
        self._add(bot)
        return bot

    def _add(self, row: Any) -> None:
        with self._platform.database.across_tenants("test") as session:
            session.add(row)

"""The API's routes, as methods. Written by scripts/write_client.py; do not change by hand."""

import builtins
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from tradefleet_client import models
from tradefleet_client.transport import UNSET, Pages, Transport


class AccessTokens:
    """What is under /access-tokens."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> builtins.list[models.AccessToken]:
        """Tokens that are not revoked, newest first."""
        return self._transport.call(builtins.list[models.AccessToken], "GET", "/access-tokens")

    def create(
        self,
        *,
        name: str,
        scopes: Sequence[
            Literal[
                "account:read",
                "bots:read",
                "bots:write",
                "bots:trade",
                "keys:read",
                "keys:write",
                "research:read",
                "research:write",
                "market:read",
                "market:write",
            ]
        ],
        expires_in_days: int | None = UNSET,
    ) -> models.MadeAccessToken:
        """Make a token; its text is shown this once."""
        return self._transport.call(
            models.MadeAccessToken,
            "POST",
            "/access-tokens",
            body={"name": name, "scopes": scopes, "expires_in_days": expires_in_days},
            once=True,
        )

    def delete(self, token_id: UUID | str) -> None:
        """Revoke the token; scripts that use it are refused from now on."""
        return self._transport.act("DELETE", f"/access-tokens/{token_id}")


class Admin:
    """What is under /admin."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def audit_log(
        self,
        *,
        user_id: UUID | str = UNSET,
        action: str = UNSET,
        since: datetime | str = UNSET,
        until: datetime | str = UNSET,
        sort: Literal["created_at", "-created_at"] = UNSET,
    ) -> Pages[models.AuditEntryWithUser]:
        """Lines of everybody's audit log, newest first."""
        return Pages(
            self._transport,
            models.AuditEntryWithUser,
            "/admin/audit-log",
            {"user_id": user_id, "action": action, "since": since, "until": until, "sort": sort},
            100,
        )

    def bots(
        self,
        *,
        status: Literal["stopped", "running", "paused", "error", "stopped_by_risk"] = UNSET,
        user_id: UUID | str = UNSET,
        exchange: str = UNSET,
        is_paper_trading: bool = UNSET,
        sort: Literal["created_at", "-created_at", "name", "-name", "total_profit_loss", "-total_profit_loss"] = UNSET,
    ) -> Pages[models.BotWithOwner]:
        """Bots, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.BotWithOwner,
            "/admin/bots",
            {
                "status": status,
                "user_id": user_id,
                "exchange": exchange,
                "is_paper_trading": is_paper_trading,
                "sort": sort,
            },
            100,
        )

    def stop_bot(self, bot_id: UUID | str, *, reason: str) -> models.BotWithOwner:
        """Stop the bot; its owner is told why."""
        return self._transport.call(
            models.BotWithOwner, "POST", f"/admin/bots/{bot_id}/stop", body={"reason": reason}, once=True
        )

    def drifts(
        self,
        *,
        state: Literal["suspected", "confirmed", "resolved", "open"] = UNSET,
        user_id: UUID | str = UNSET,
        bot_id: UUID | str = UNSET,
        sort: Literal["first_seen_at", "-first_seen_at", "last_seen_at", "-last_seen_at"] = UNSET,
    ) -> Pages[models.DriftWithOwner]:
        """Differences, newest first; only their owners settle them."""
        return Pages(
            self._transport,
            models.DriftWithOwner,
            "/admin/drifts",
            {"state": state, "user_id": user_id, "bot_id": bot_id, "sort": sort},
            100,
        )

    def orders(
        self,
        *,
        status: Literal[
            "intended", "submitting", "open", "partially_filled", "filled", "canceled", "rejected", "expired", "review"
        ] = UNSET,
        user_id: UUID | str = UNSET,
        bot_id: UUID | str = UNSET,
        sort: Literal["intended_at", "-intended_at"] = UNSET,
    ) -> Pages[models.OrderWithOwner]:
        """Orders, newest first; `status=review` are those of which nobody knows what became of them."""
        return Pages(
            self._transport,
            models.OrderWithOwner,
            "/admin/orders",
            {"status": status, "user_id": user_id, "bot_id": bot_id, "sort": sort},
            100,
        )

    def plans(self) -> builtins.list[models.PlanUsers]:
        """Every plan with its limits and the number of accounts on it."""
        return self._transport.call(builtins.list[models.PlanUsers], "GET", "/admin/plans")

    def queues(self) -> models.Queues:
        """The length of every queue, what waits in the outbox, and when the engine last looked at a bot."""
        return self._transport.call(models.Queues, "GET", "/admin/queues")

    def switches(self) -> builtins.list[models.VenueSwitch]:
        """The whole platform's switch first, then one of each exchange."""
        return self._transport.call(builtins.list[models.VenueSwitch], "GET", "/admin/switches")

    def set_switches(
        self, *, is_halted: bool, exchange: str | None = UNSET, reason: str = UNSET
    ) -> builtins.list[models.VenueSwitch]:
        """Switch trading off or on: off, no bot of anybody buys there; what bots hold stays watched."""
        return self._transport.call(
            builtins.list[models.VenueSwitch],
            "PUT",
            "/admin/switches",
            body={"exchange": exchange, "is_halted": is_halted, "reason": reason},
        )

    def users(
        self,
        *,
        search: str = UNSET,
        role: Literal["user", "support", "admin"] = UNSET,
        is_active: bool = UNSET,
        sort: Literal["created_at", "-created_at", "email", "-email", "username", "-username"] = UNSET,
    ) -> Pages[models.UserRow]:
        """Accounts, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.UserRow,
            "/admin/users",
            {"search": search, "role": role, "is_active": is_active, "sort": sort},
            100,
        )

    def user(self, user_id: UUID | str) -> models.UserDetails:
        """The account with its bots and keys, never what is in a key; that it was looked at is noted in both logs."""
        return self._transport.call(models.UserDetails, "GET", f"/admin/users/{user_id}")

    def change_user(
        self, user_id: UUID | str, *, role: Literal["user", "support", "admin"] = UNSET, is_active: bool = UNSET
    ) -> models.UserRow:
        """Change the role, or deactivate: every login ends, access tokens are refused, running bots are paused."""
        return self._transport.call(
            models.UserRow, "PATCH", f"/admin/users/{user_id}", body={"role": role, "is_active": is_active}
        )

    def workers(self) -> builtins.list[models.Worker]:
        """The workers that answer within a second, with the queues that they serve."""
        return self._transport.call(builtins.list[models.Worker], "GET", "/admin/workers")


class ApiKeys:
    """What is under /api-keys."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        exchange: str = UNSET,
        status: Literal["valid", "invalid"] = UNSET,
        sort: Literal[
            "created_at",
            "-created_at",
            "label",
            "-label",
            "exchange",
            "-exchange",
            "status",
            "-status",
            "last_checked_at",
            "-last_checked_at",
        ] = UNSET,
    ) -> Pages[models.ApiKey]:
        """The user's keys, newest first unless sorted otherwise."""
        return Pages(
            self._transport, models.ApiKey, "/api-keys", {"exchange": exchange, "status": status, "sort": sort}, 100
        )

    def create(
        self,
        *,
        exchange: str,
        label: str,
        api_key: str,
        api_secret: str,
        passphrase: str | None = UNSET,
        is_testnet: bool = UNSET,
        confirm_no_withdrawal: str | None = UNSET,
    ) -> models.ApiKey:
        """Add a key; it is tested at the exchange and refused when it can withdraw."""
        return self._transport.call(
            models.ApiKey,
            "POST",
            "/api-keys",
            body={
                "exchange": exchange,
                "label": label,
                "api_key": api_key,
                "api_secret": api_secret,
                "passphrase": passphrase,
                "is_testnet": is_testnet,
                "confirm_no_withdrawal": confirm_no_withdrawal,
            },
            once=True,
        )

    def unfreeze(self, *, code: str) -> None:
        """End the freeze, by a code of an authenticator that was set up before the reset."""
        return self._transport.act("POST", "/api-keys/unfreeze", body={"code": code}, once=True)

    def delete(self, key_id: UUID | str) -> None:
        """Delete the key and its secrets."""
        return self._transport.act("DELETE", f"/api-keys/{key_id}")

    def confirm(self, key_id: UUID | str, *, confirm_no_withdrawal: str) -> models.ApiKey:
        """Confirm in words that the key cannot withdraw; from then on bots may trade with it."""
        return self._transport.call(
            models.ApiKey,
            "POST",
            f"/api-keys/{key_id}/confirm",
            body={"confirm_no_withdrawal": confirm_no_withdrawal},
            once=True,
        )

    def rotate(
        self,
        key_id: UUID | str,
        *,
        api_key: str,
        api_secret: str,
        passphrase: str | None = UNSET,
        confirm_no_withdrawal: str | None = UNSET,
    ) -> models.ApiKey:
        """Replace the key by another one of the same account; it is tested first, and its bots go on with it."""
        return self._transport.call(
            models.ApiKey,
            "POST",
            f"/api-keys/{key_id}/rotate",
            body={
                "api_key": api_key,
                "api_secret": api_secret,
                "passphrase": passphrase,
                "confirm_no_withdrawal": confirm_no_withdrawal,
            },
            once=True,
        )

    def test(self, key_id: UUID | str) -> models.ApiKey:
        """Ask the exchange whether the key is still good."""
        return self._transport.call(models.ApiKey, "POST", f"/api-keys/{key_id}/test", once=True)


class Auth:
    """What is under /auth."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def login(self, *, email: str, password: str) -> models.Login:
        """Log in with e-mail and password; the refresh token comes as an HttpOnly cookie."""
        return self._transport.call(models.Login, "POST", "/auth/login", body={"email": email, "password": password})

    def logout(self) -> None:
        """End the login of the refresh cookie."""
        return self._transport.act("POST", "/auth/logout")

    def logout_all(self) -> None:
        """End every login of the account, this one as well."""
        return self._transport.act("POST", "/auth/logout-all", once=True)

    def mfa_verify(self, *, mfa_token: str, code: str) -> models.Login:
        """Log in with a code of the authenticator, or a recovery code, after the password was right."""
        return self._transport.call(
            models.Login, "POST", "/auth/mfa/verify", body={"mfa_token": mfa_token, "code": code}
        )

    def password_forgot(self, *, email: str) -> None:
        """Send a letter with a link to set a new password; whether there is such an account is not told."""
        return self._transport.act("POST", "/auth/password/forgot", body={"email": email})

    def password_reset(self, *, token: str, new_password: str) -> None:
        """Set a new password; every login ends, and exchange keys are frozen for 24 hours."""
        return self._transport.act("POST", "/auth/password/reset", body={"token": token, "new_password": new_password})

    def refresh(self) -> models.Login:
        """Renew the login of the refresh cookie; the cookie is replaced."""
        return self._transport.call(models.Login, "POST", "/auth/refresh")

    def register(
        self, *, email: str, username: str, password: str, first_name: str = UNSET, last_name: str = UNSET
    ) -> models.User:
        """Create an account; a letter asks its owner to verify the address."""
        return self._transport.call(
            models.User,
            "POST",
            "/auth/register",
            body={
                "email": email,
                "username": username,
                "password": password,
                "first_name": first_name,
                "last_name": last_name,
            },
        )

    def resend_verification(self) -> None:
        """Send the letter that verifies the account's address once more."""
        return self._transport.act("POST", "/auth/resend-verification", once=True)

    def verify_email(self, *, token: str) -> models.Verified:
        """Verify the address that the link was sent to; one that is to replace the account's does so now."""
        return self._transport.call(models.Verified, "POST", "/auth/verify-email", body={"token": token})


class Backtests:
    """What is under /backtests."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        status: Literal["queued", "running", "completed", "failed", "canceled"] = UNSET,
        symbol: str = UNSET,
        strategy: str = UNSET,
        sort: Literal[
            "created_at",
            "-created_at",
            "name",
            "-name",
            "status",
            "-status",
            "symbol",
            "-symbol",
            "strategy",
            "-strategy",
        ] = UNSET,
    ) -> Pages[models.Backtest]:
        """The user's backtests, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Backtest,
            "/backtests",
            {"status": status, "symbol": symbol, "strategy": strategy, "sort": sort},
            100,
        )

    def create(
        self,
        *,
        start: datetime | str,
        end: datetime | str,
        symbol: str,
        timeframe: Literal["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"],
        kind: Literal["signal", "dca", "grid"] = UNSET,
        sizing: Literal["fixed", "percent", "risk"] = UNSET,
        base_amount: Decimal | str = UNSET,
        equity_percentage: Decimal | str | None = UNSET,
        risk_per_trade: Decimal | str | None = UNSET,
        max_position_amount: Decimal | str | None = UNSET,
        stop_loss_percentage: Decimal | str | None = UNSET,
        take_profit_percentage: Decimal | str | None = UNSET,
        trailing_stop_percentage: Decimal | str | None = UNSET,
        cooldown_minutes: int | None = UNSET,
        max_daily_trades: int | None = UNSET,
        daily_loss_limit: Decimal | str | None = UNSET,
        max_drawdown: Decimal | str | None = UNSET,
        max_open_positions: int | None = UNSET,
        close_on_breach: bool = UNSET,
        trading_window: Mapping[str, Any] | None = UNSET,
        dca: Mapping[str, Any] | None = UNSET,
        grid: Mapping[str, Any] | None = UNSET,
        exchange: str = UNSET,
        strategy: str = UNSET,
        strategy_config: Mapping[str, Any] = UNSET,
        initial_balance: Decimal | str = UNSET,
        fee_rate: Decimal | str = UNSET,
        maker_fee_rate: Decimal | str | None = UNSET,
        slippage: Decimal | str = UNSET,
        spread: Decimal | str = UNSET,
        name: str = UNSET,
    ) -> models.OneBacktest:
        """Queue a backtest; `backtest_progress` messages tell how far it is."""
        return self._transport.call(
            models.OneBacktest,
            "POST",
            "/backtests",
            body={
                "start": start,
                "end": end,
                "kind": kind,
                "sizing": sizing,
                "base_amount": base_amount,
                "equity_percentage": equity_percentage,
                "risk_per_trade": risk_per_trade,
                "max_position_amount": max_position_amount,
                "stop_loss_percentage": stop_loss_percentage,
                "take_profit_percentage": take_profit_percentage,
                "trailing_stop_percentage": trailing_stop_percentage,
                "cooldown_minutes": cooldown_minutes,
                "max_daily_trades": max_daily_trades,
                "daily_loss_limit": daily_loss_limit,
                "max_drawdown": max_drawdown,
                "max_open_positions": max_open_positions,
                "close_on_breach": close_on_breach,
                "trading_window": trading_window,
                "dca": dca,
                "grid": grid,
                "exchange": exchange,
                "symbol": symbol,
                "timeframe": timeframe,
                "strategy": strategy,
                "strategy_config": strategy_config,
                "initial_balance": initial_balance,
                "fee_rate": fee_rate,
                "maker_fee_rate": maker_fee_rate,
                "slippage": slippage,
                "spread": spread,
                "name": name,
            },
            once=True,
        )

    def compare(self, *, ids: str) -> builtins.list[models.Compared]:
        """Two to five complete backtests with their figures, curves and the settings in which they differ."""
        return self._transport.call(builtins.list[models.Compared], "GET", "/backtests/compare", query={"ids": ids})

    def get(self, backtest_id: UUID | str) -> models.OneBacktest:
        """The backtest with its settings and, when it is complete, its figures."""
        return self._transport.call(models.OneBacktest, "GET", f"/backtests/{backtest_id}")

    def change(self, backtest_id: UUID | str, *, name: str) -> models.OneBacktest:
        """Rename it."""
        return self._transport.call(models.OneBacktest, "PATCH", f"/backtests/{backtest_id}", body={"name": name})

    def delete(self, backtest_id: UUID | str) -> None:
        """Delete it; where it is still running, it stops."""
        return self._transport.act("DELETE", f"/backtests/{backtest_id}")

    def bot_draft(self, backtest_id: UUID | str) -> models.BotDraft:
        """What a bot form is filled with to trade on paper what was tested."""
        return self._transport.call(models.BotDraft, "GET", f"/backtests/{backtest_id}/bot-draft")

    def cancel(self, backtest_id: UUID | str) -> models.OneBacktest:
        """Stop a backtest that is not over."""
        return self._transport.call(models.OneBacktest, "POST", f"/backtests/{backtest_id}/cancel", once=True)

    def candles(
        self, backtest_id: UUID | str, *, since: datetime | str = UNSET, until: datetime | str = UNSET
    ) -> models.RunCandles:
        """The candles of a span with the strategy's indicator lines, at most 1500: coarser ones for a longer span."""
        return self._transport.call(
            models.RunCandles, "GET", f"/backtests/{backtest_id}/candles", query={"since": since, "until": until}
        )

    def equity(self, backtest_id: UUID | str) -> models.Curve:
        """Equity, benchmark and drawdown, thinned for drawing."""
        return self._transport.call(models.Curve, "GET", f"/backtests/{backtest_id}/equity")

    def export(self, backtest_id: UUID | str, *, format: Literal["csv", "json", "parquet"] = UNSET) -> bytes:
        """Its trades as CSV or Parquet, or all of it as JSON."""
        return self._transport.file(f"/backtests/{backtest_id}/export", query={"format": format})

    def fills(
        self,
        backtest_id: UUID | str,
        *,
        since: datetime | str = UNSET,
        until: datetime | str = UNSET,
        sort: Literal["at", "-at"] = UNSET,
    ) -> Pages[models.Fill]:
        """The executions within a span of time, for drawing them over candles."""
        return Pages(
            self._transport,
            models.Fill,
            f"/backtests/{backtest_id}/fills",
            {"since": since, "until": until, "sort": sort},
            1000,
        )

    def repeat(self, backtest_id: UUID | str) -> models.OneBacktest:
        """Queue the same settings again: over the same candles and by the same code the result is the same."""
        return self._transport.call(models.OneBacktest, "POST", f"/backtests/{backtest_id}/repeat", once=True)

    def report(self, backtest_id: UUID | str) -> bytes:
        """One HTML file with everything in it."""
        return self._transport.file(f"/backtests/{backtest_id}/report")

    def result(self, backtest_id: UUID | str) -> models.Result:
        """Figures with their definitions, months, checks, Monte Carlo bands and the grade."""
        return self._transport.call(models.Result, "GET", f"/backtests/{backtest_id}/result")

    def trades(
        self,
        backtest_id: UUID | str,
        *,
        sort: Literal["closed_at", "-closed_at", "profit", "-profit", "return", "-return"] = UNSET,
    ) -> Pages[models.BacktestTrade]:
        """The trades, in the order of their closes unless sorted otherwise."""
        return Pages(self._transport, models.BacktestTrade, f"/backtests/{backtest_id}/trades", {"sort": sort}, 1000)


class Bots:
    """What is under /bots."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        status: Literal["stopped", "running", "paused", "error", "stopped_by_risk"] = UNSET,
        kind: Literal["signal", "dca", "grid"] = UNSET,
        exchange: str = UNSET,
        symbol: str = UNSET,
        strategy: str = UNSET,
        is_paper_trading: bool = UNSET,
        sort: Literal[
            "created_at",
            "-created_at",
            "name",
            "-name",
            "status",
            "-status",
            "total_trades",
            "-total_trades",
            "total_profit_loss",
            "-total_profit_loss",
        ] = UNSET,
    ) -> Pages[models.Bot]:
        """The user's bots, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Bot,
            "/bots",
            {
                "status": status,
                "kind": kind,
                "exchange": exchange,
                "symbol": symbol,
                "strategy": strategy,
                "is_paper_trading": is_paper_trading,
                "sort": sort,
            },
            100,
        )

    def create(
        self,
        *,
        base_amount: Decimal | str,
        name: str,
        symbols: Sequence[str],
        strategy: str,
        timeframe: Literal["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"],
        kind: Literal["signal", "dca", "grid"] = UNSET,
        sizing: Literal["fixed", "percent", "risk"] = UNSET,
        equity_percentage: Decimal | str | None = UNSET,
        risk_per_trade: Decimal | str | None = UNSET,
        max_position_amount: Decimal | str | None = UNSET,
        stop_loss_percentage: Decimal | str | None = UNSET,
        take_profit_percentage: Decimal | str | None = UNSET,
        trailing_stop_percentage: Decimal | str | None = UNSET,
        cooldown_minutes: int | None = UNSET,
        max_daily_trades: int | None = UNSET,
        daily_loss_limit: Decimal | str | None = UNSET,
        max_drawdown: Decimal | str | None = UNSET,
        max_open_positions: int | None = UNSET,
        close_on_breach: bool = UNSET,
        trading_window: Mapping[str, Any] | None = UNSET,
        dca: Mapping[str, Any] | None = UNSET,
        grid: Mapping[str, Any] | None = UNSET,
        description: str | None = UNSET,
        exchange: str = UNSET,
        strategy_config: Mapping[str, Any] = UNSET,
        is_paper_trading: bool = UNSET,
        api_key_id: UUID | str | None = UNSET,
        paper_balance: Decimal | str = UNSET,
        stop_on_exchange: bool = UNSET,
    ) -> models.Bot:
        """Create a bot; it is stopped until it is started."""
        return self._transport.call(
            models.Bot,
            "POST",
            "/bots",
            body={
                "kind": kind,
                "sizing": sizing,
                "base_amount": base_amount,
                "equity_percentage": equity_percentage,
                "risk_per_trade": risk_per_trade,
                "max_position_amount": max_position_amount,
                "stop_loss_percentage": stop_loss_percentage,
                "take_profit_percentage": take_profit_percentage,
                "trailing_stop_percentage": trailing_stop_percentage,
                "cooldown_minutes": cooldown_minutes,
                "max_daily_trades": max_daily_trades,
                "daily_loss_limit": daily_loss_limit,
                "max_drawdown": max_drawdown,
                "max_open_positions": max_open_positions,
                "close_on_breach": close_on_breach,
                "trading_window": trading_window,
                "dca": dca,
                "grid": grid,
                "name": name,
                "description": description,
                "exchange": exchange,
                "symbols": symbols,
                "strategy": strategy,
                "strategy_config": strategy_config,
                "timeframe": timeframe,
                "is_paper_trading": is_paper_trading,
                "api_key_id": api_key_id,
                "paper_balance": paper_balance,
                "stop_on_exchange": stop_on_exchange,
            },
            once=True,
        )

    def panic(self, *, close_positions: bool = UNSET) -> models.PanicAnswer:
        """Switch trading off, pause every bot, take back what rests, and where wanted sell everything."""
        return self._transport.call(
            models.PanicAnswer, "POST", "/bots/panic", body={"close_positions": close_positions}, once=True
        )

    def preview(
        self,
        *,
        symbol: str,
        timeframe: Literal["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"],
        kind: Literal["signal", "dca", "grid"] = UNSET,
        sizing: Literal["fixed", "percent", "risk"] = UNSET,
        base_amount: Decimal | str = UNSET,
        equity_percentage: Decimal | str | None = UNSET,
        risk_per_trade: Decimal | str | None = UNSET,
        max_position_amount: Decimal | str | None = UNSET,
        stop_loss_percentage: Decimal | str | None = UNSET,
        take_profit_percentage: Decimal | str | None = UNSET,
        trailing_stop_percentage: Decimal | str | None = UNSET,
        cooldown_minutes: int | None = UNSET,
        max_daily_trades: int | None = UNSET,
        daily_loss_limit: Decimal | str | None = UNSET,
        max_drawdown: Decimal | str | None = UNSET,
        max_open_positions: int | None = UNSET,
        close_on_breach: bool = UNSET,
        trading_window: Mapping[str, Any] | None = UNSET,
        dca: Mapping[str, Any] | None = UNSET,
        grid: Mapping[str, Any] | None = UNSET,
        exchange: str = UNSET,
        strategy: str = UNSET,
        strategy_config: Mapping[str, Any] = UNSET,
        initial_balance: Decimal | str = UNSET,
        fee_rate: Decimal | str = UNSET,
        maker_fee_rate: Decimal | str | None = UNSET,
        slippage: Decimal | str = UNSET,
        spread: Decimal | str = UNSET,
        days: int = UNSET,
    ) -> models.PreviewAnswer:
        """What the settings would have done in the last days; nothing is kept of it."""
        return self._transport.call(
            models.PreviewAnswer,
            "POST",
            "/bots/preview",
            body={
                "kind": kind,
                "sizing": sizing,
                "base_amount": base_amount,
                "equity_percentage": equity_percentage,
                "risk_per_trade": risk_per_trade,
                "max_position_amount": max_position_amount,
                "stop_loss_percentage": stop_loss_percentage,
                "take_profit_percentage": take_profit_percentage,
                "trailing_stop_percentage": trailing_stop_percentage,
                "cooldown_minutes": cooldown_minutes,
                "max_daily_trades": max_daily_trades,
                "daily_loss_limit": daily_loss_limit,
                "max_drawdown": max_drawdown,
                "max_open_positions": max_open_positions,
                "close_on_breach": close_on_breach,
                "trading_window": trading_window,
                "dca": dca,
                "grid": grid,
                "exchange": exchange,
                "symbol": symbol,
                "timeframe": timeframe,
                "strategy": strategy,
                "strategy_config": strategy_config,
                "initial_balance": initial_balance,
                "fee_rate": fee_rate,
                "maker_fee_rate": maker_fee_rate,
                "slippage": slippage,
                "spread": spread,
                "days": days,
            },
            once=True,
        )

    def get(self, bot_id: UUID | str) -> models.Bot:
        """The bot."""
        return self._transport.call(models.Bot, "GET", f"/bots/{bot_id}")

    def change(
        self,
        bot_id: UUID | str,
        *,
        kind: Literal["signal", "dca", "grid"] = UNSET,
        sizing: Literal["fixed", "percent", "risk"] = UNSET,
        base_amount: Decimal | str = UNSET,
        equity_percentage: Decimal | str | None = UNSET,
        risk_per_trade: Decimal | str | None = UNSET,
        max_position_amount: Decimal | str | None = UNSET,
        stop_loss_percentage: Decimal | str | None = UNSET,
        take_profit_percentage: Decimal | str | None = UNSET,
        trailing_stop_percentage: Decimal | str | None = UNSET,
        cooldown_minutes: int | None = UNSET,
        max_daily_trades: int | None = UNSET,
        daily_loss_limit: Decimal | str | None = UNSET,
        max_drawdown: Decimal | str | None = UNSET,
        max_open_positions: int | None = UNSET,
        close_on_breach: bool = UNSET,
        trading_window: Mapping[str, Any] | None = UNSET,
        dca: Mapping[str, Any] | None = UNSET,
        grid: Mapping[str, Any] | None = UNSET,
        name: str = UNSET,
        description: str | None = UNSET,
        exchange: str = UNSET,
        symbols: Sequence[str] = UNSET,
        strategy: str = UNSET,
        strategy_config: Mapping[str, Any] = UNSET,
        timeframe: Literal[
            "1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"
        ] = UNSET,
        is_paper_trading: bool = UNSET,
        api_key_id: UUID | str | None = UNSET,
        paper_balance: Decimal | str = UNSET,
        stop_on_exchange: bool = UNSET,
    ) -> models.Bot:
        """Change the bot; how it trades only while it is stopped."""
        return self._transport.call(
            models.Bot,
            "PATCH",
            f"/bots/{bot_id}",
            body={
                "kind": kind,
                "sizing": sizing,
                "base_amount": base_amount,
                "equity_percentage": equity_percentage,
                "risk_per_trade": risk_per_trade,
                "max_position_amount": max_position_amount,
                "stop_loss_percentage": stop_loss_percentage,
                "take_profit_percentage": take_profit_percentage,
                "trailing_stop_percentage": trailing_stop_percentage,
                "cooldown_minutes": cooldown_minutes,
                "max_daily_trades": max_daily_trades,
                "daily_loss_limit": daily_loss_limit,
                "max_drawdown": max_drawdown,
                "max_open_positions": max_open_positions,
                "close_on_breach": close_on_breach,
                "trading_window": trading_window,
                "dca": dca,
                "grid": grid,
                "name": name,
                "description": description,
                "exchange": exchange,
                "symbols": symbols,
                "strategy": strategy,
                "strategy_config": strategy_config,
                "timeframe": timeframe,
                "is_paper_trading": is_paper_trading,
                "api_key_id": api_key_id,
                "paper_balance": paper_balance,
                "stop_on_exchange": stop_on_exchange,
            },
        )

    def delete(self, bot_id: UUID | str) -> None:
        """Delete a stopped bot; its trades stay."""
        return self._transport.act("DELETE", f"/bots/{bot_id}")

    def candles(self, bot_id: UUID | str, *, symbol: str = UNSET, limit: int = UNSET) -> models.Chart:
        """Candles of the bot's market with the lines its strategy looks at, oldest first."""
        return self._transport.call(
            models.Chart, "GET", f"/bots/{bot_id}/candles", query={"symbol": symbol, "limit": limit}
        )

    def close_position(self, bot_id: UUID | str) -> models.Accepted:
        """Sell what the bot holds, now; a running bot is paused, so that it does not buy back at once."""
        return self._transport.call(models.Accepted, "POST", f"/bots/{bot_id}/close-position", once=True)

    def decisions(
        self,
        bot_id: UUID | str,
        *,
        symbol: str = UNSET,
        since: datetime | str = UNSET,
        until: datetime | str = UNSET,
        action: Literal["buy", "sell", "hold"] = UNSET,
        outcome: str = UNSET,
        sort: Literal["candle_at", "-candle_at", "confidence", "-confidence", "outcome", "-outcome"] = UNSET,
    ) -> Pages[models.Decision]:
        """What the bot did, or wanted and was refused, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Decision,
            f"/bots/{bot_id}/decisions",
            {"symbol": symbol, "since": since, "until": until, "action": action, "outcome": outcome, "sort": sort},
            100,
        )

    def evaluations(self, bot_id: UUID | str) -> builtins.list[models.Evaluation]:
        """What the bot saw at its newest candle, and why it waits."""
        return self._transport.call(builtins.list[models.Evaluation], "GET", f"/bots/{bot_id}/evaluations")

    def orders(
        self,
        bot_id: UUID | str,
        *,
        symbol: str = UNSET,
        since: datetime | str = UNSET,
        until: datetime | str = UNSET,
        status: Literal[
            "intended", "submitting", "open", "partially_filled", "filled", "canceled", "rejected", "expired", "review"
        ] = UNSET,
        side: Literal["buy", "sell"] = UNSET,
        purpose: Literal[
            "entry",
            "exit_signal",
            "stop_loss",
            "take_profit",
            "trailing_stop",
            "safety_order",
            "grid_line",
            "risk_exit",
            "manual",
        ] = UNSET,
        sort: Literal[
            "intended_at",
            "-intended_at",
            "finished_at",
            "-finished_at",
            "symbol",
            "-symbol",
            "status",
            "-status",
            "quantity",
            "-quantity",
        ] = UNSET,
    ) -> Pages[models.Order]:
        """The bot's orders, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Order,
            f"/bots/{bot_id}/orders",
            {
                "symbol": symbol,
                "since": since,
                "until": until,
                "status": status,
                "side": side,
                "purpose": purpose,
                "sort": sort,
            },
            100,
        )

    def pause(self, bot_id: UUID | str) -> models.Bot:
        """Pause the bot: it buys nothing, and what it holds stays watched."""
        return self._transport.call(models.Bot, "POST", f"/bots/{bot_id}/pause", once=True)

    def positions(
        self,
        bot_id: UUID | str,
        *,
        symbol: str = UNSET,
        since: datetime | str = UNSET,
        until: datetime | str = UNSET,
        status: Literal["open", "closed"] = UNSET,
        sort: Literal[
            "opened_at",
            "-opened_at",
            "closed_at",
            "-closed_at",
            "symbol",
            "-symbol",
            "realized_pnl",
            "-realized_pnl",
            "fees",
            "-fees",
        ] = UNSET,
    ) -> Pages[models.Position]:
        """The bot's positions, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Position,
            f"/bots/{bot_id}/positions",
            {"symbol": symbol, "since": since, "until": until, "status": status, "sort": sort},
            100,
        )

    def promotion_checks(
        self, bot_id: UUID | str, *, api_key_id: UUID | str, paper_balance: Decimal | str = UNSET
    ) -> builtins.list[models.PromotionCheck]:
        """The checklist, for this account and this much money."""
        return self._transport.call(
            builtins.list[models.PromotionCheck],
            "GET",
            f"/bots/{bot_id}/promote",
            query={"api_key_id": api_key_id, "paper_balance": paper_balance},
        )

    def promote(
        self,
        bot_id: UUID | str,
        *,
        api_key_id: UUID | str,
        name: str,
        paper_balance: Decimal | str,
        confirmation: str,
        stop_on_exchange: bool = UNSET,
    ) -> models.Bot:
        """Make a live bot of the paper bot; it is stopped until it is started."""
        return self._transport.call(
            models.Bot,
            "POST",
            f"/bots/{bot_id}/promote",
            body={
                "api_key_id": api_key_id,
                "name": name,
                "paper_balance": paper_balance,
                "stop_on_exchange": stop_on_exchange,
                "confirmation": confirmation,
            },
            once=True,
        )

    def resting_orders(self, bot_id: UUID | str) -> builtins.list[models.RestingOrder]:
        """The bot's orders that wait for their price, dearest first; on paper those that the platform would fill."""
        return self._transport.call(builtins.list[models.RestingOrder], "GET", f"/bots/{bot_id}/resting-orders")

    def resume(self, bot_id: UUID | str) -> models.Bot:
        """Let a paused bot buy again."""
        return self._transport.call(models.Bot, "POST", f"/bots/{bot_id}/resume", once=True)

    def signal_hook(self, bot_id: UUID | str) -> models.Hook:
        """Whether there is one; the address itself is shown only when it is made."""
        return self._transport.call(models.Hook, "GET", f"/bots/{bot_id}/signal-hook")

    def make_signal_hook(self, bot_id: UUID | str) -> models.NewHook:
        """Make a new address and secret; older ones stop working."""
        return self._transport.call(models.NewHook, "POST", f"/bots/{bot_id}/signal-hook", once=True)

    def signals(
        self,
        bot_id: UUID | str,
        *,
        state: Literal["received", "acted", "ignored", "refused"] = UNSET,
        sort: Literal["received_at", "-received_at", "handled_at", "-handled_at"] = UNSET,
    ) -> Pages[models.IncomingSignal]:
        """Signals, newest first unless sorted otherwise."""
        return Pages(
            self._transport, models.IncomingSignal, f"/bots/{bot_id}/signals", {"state": state, "sort": sort}, 100
        )

    def start(self, bot_id: UUID | str) -> models.Bot:
        """Start the bot."""
        return self._transport.call(models.Bot, "POST", f"/bots/{bot_id}/start", once=True)

    def stop(self, bot_id: UUID | str) -> models.Bot:
        """Stop the bot."""
        return self._transport.call(models.Bot, "POST", f"/bots/{bot_id}/stop", once=True)

    def trades(
        self,
        bot_id: UUID | str,
        *,
        symbol: str = UNSET,
        since: datetime | str = UNSET,
        until: datetime | str = UNSET,
        type: Literal["buy", "sell"] = UNSET,
        purpose: Literal[
            "entry",
            "exit_signal",
            "stop_loss",
            "take_profit",
            "trailing_stop",
            "safety_order",
            "grid_line",
            "risk_exit",
            "manual",
        ] = UNSET,
        sort: Literal[
            "executed_at",
            "-executed_at",
            "symbol",
            "-symbol",
            "amount",
            "-amount",
            "fee",
            "-fee",
            "profit_loss",
            "-profit_loss",
        ] = UNSET,
    ) -> Pages[models.Trade]:
        """The bot's trades, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Trade,
            f"/bots/{bot_id}/trades",
            {"symbol": symbol, "since": since, "until": until, "type": type, "purpose": purpose, "sort": sort},
            100,
        )

    def truth(self, bot_id: UUID | str) -> models.Truth:
        """The bot's backtest, paper and live course over the same period; the newest 200 trades of each comparison."""
        return self._transport.call(models.Truth, "GET", f"/bots/{bot_id}/truth")


class Candles:
    """What is under /candles."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def downloads(
        self,
        *,
        symbol: str = UNSET,
        status: Literal["queued", "running", "done", "failed", "canceled"] = UNSET,
        sort: Literal[
            "created_at", "-created_at", "finished_at", "-finished_at", "symbol", "-symbol", "status", "-status"
        ] = UNSET,
    ) -> Pages[models.Download]:
        """The user's downloads, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Download,
            "/candles/downloads",
            {"symbol": symbol, "status": status, "sort": sort},
            100,
        )

    def create_download(
        self,
        *,
        symbol: str,
        timeframe: Literal["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"],
        from_: datetime | str,
        exchange: str = UNSET,
        to: datetime | str | None = UNSET,
    ) -> models.Download:
        """Have a period's candles fetched from an exchange for everybody's use; only what is missing is fetched."""
        return self._transport.call(
            models.Download,
            "POST",
            "/candles/downloads",
            body={"exchange": exchange, "symbol": symbol, "timeframe": timeframe, "from": from_, "to": to},
            once=True,
        )

    def download(self, download_id: UUID | str) -> models.Download:
        """The download and how far it has come."""
        return self._transport.call(models.Download, "GET", f"/candles/downloads/{download_id}")

    def cancel_download(self, download_id: UUID | str) -> models.Download:
        """Stop the download; what it has stored stays."""
        return self._transport.call(models.Download, "POST", f"/candles/downloads/{download_id}/cancel", once=True)

    def export(
        self,
        *,
        exchange: str,
        symbol: str,
        timeframe: Literal["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"],
        from_: datetime | str | None = UNSET,
        to: datetime | str | None = UNSET,
        format: Literal["csv", "csv.gz", "parquet"] = UNSET,
    ) -> bytes:
        """A period's candles as a file, sent while it is made: rows as in the model, without the usual envelope."""
        return self._transport.file(
            "/candles/export",
            query={
                "exchange": exchange,
                "symbol": symbol,
                "timeframe": timeframe,
                "from": from_,
                "to": to,
                "format": format,
            },
        )

    def gaps(
        self,
        *,
        exchange: str,
        symbol: str,
        timeframe: Literal["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"],
        from_: datetime | str | None = UNSET,
        to: datetime | str | None = UNSET,
        limit: int = UNSET,
    ) -> models.GapReport:
        """Which candles are missing between the first and the last one of a period."""
        return self._transport.call(
            models.GapReport,
            "GET",
            "/candles/gaps",
            query={
                "exchange": exchange,
                "symbol": symbol,
                "timeframe": timeframe,
                "from": from_,
                "to": to,
                "limit": limit,
            },
        )

    def holdings(self) -> builtins.list[models.Holding]:
        """What is stored per market and time frame: for everybody, and the user's own uploads."""
        return self._transport.call(builtins.list[models.Holding], "GET", "/candles/holdings")

    def delete_import(
        self,
        *,
        symbol: str,
        timeframe: Literal["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"],
    ) -> None:
        """Delete the user's own candles of a market at one time frame."""
        return self._transport.act("DELETE", "/candles/imports", query={"symbol": symbol, "timeframe": timeframe})


class Comparisons:
    """What is under /comparisons."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> builtins.list[models.Comparison]:
        """When each account was last compared with its exchange."""
        return self._transport.call(builtins.list[models.Comparison], "GET", "/comparisons")


class Drifts:
    """What is under /drifts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        bot_id: UUID | str = UNSET,
        state: Literal["suspected", "confirmed", "resolved", "open"] = UNSET,
        kind: Literal["order_unknown_state", "order_still_open", "balance_short"] = UNSET,
        sort: Literal[
            "first_seen_at",
            "-first_seen_at",
            "last_seen_at",
            "-last_seen_at",
            "resolved_at",
            "-resolved_at",
            "kind",
            "-kind",
        ] = UNSET,
    ) -> Pages[models.Drift]:
        """Differences, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Drift,
            "/drifts",
            {"bot_id": bot_id, "state": state, "kind": kind, "sort": sort},
            100,
        )

    def resolve(self, drift_id: UUID | str) -> models.Drift:
        """Say that the difference is settled; if it is still there, it comes back."""
        return self._transport.call(models.Drift, "POST", f"/drifts/{drift_id}/resolve", once=True)


class Exchanges:
    """What is under /exchanges."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> builtins.list[models.Exchange]:
        """The exchanges that bots can trade on, each with the guide to its keys."""
        return self._transport.call(builtins.list[models.Exchange], "GET", "/exchanges")

    def markets(self, exchange_id: str) -> builtins.list[models.Market]:
        """The exchange's open spot markets with their filters."""
        return self._transport.call(builtins.list[models.Market], "GET", f"/exchanges/{exchange_id}/markets")


class MarketData:
    """What is under /market-data."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def tickers(self, *, exchange: str = UNSET) -> builtins.list[models.Ticker]:
        """The newest price of every market in use at an exchange."""
        return self._transport.call(
            builtins.list[models.Ticker], "GET", "/market-data/tickers", query={"exchange": exchange}
        )


class Optimizations:
    """What is under /optimizations."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        status: Literal["queued", "running", "completed", "failed", "canceled"] = UNSET,
        symbol: str = UNSET,
        strategy: str = UNSET,
        sort: Literal[
            "created_at",
            "-created_at",
            "name",
            "-name",
            "status",
            "-status",
            "symbol",
            "-symbol",
            "strategy",
            "-strategy",
        ] = UNSET,
    ) -> Pages[models.Optimization]:
        """The user's optimisations, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Optimization,
            "/optimizations",
            {"status": status, "symbol": symbol, "strategy": strategy, "sort": sort},
            100,
        )

    def create(
        self,
        *,
        start: datetime | str,
        end: datetime | str,
        symbol: str,
        timeframe: Literal["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"],
        ranges: Mapping[str, Any],
        kind: Literal["signal", "dca", "grid"] = UNSET,
        sizing: Literal["fixed", "percent", "risk"] = UNSET,
        base_amount: Decimal | str = UNSET,
        equity_percentage: Decimal | str | None = UNSET,
        risk_per_trade: Decimal | str | None = UNSET,
        max_position_amount: Decimal | str | None = UNSET,
        stop_loss_percentage: Decimal | str | None = UNSET,
        take_profit_percentage: Decimal | str | None = UNSET,
        trailing_stop_percentage: Decimal | str | None = UNSET,
        cooldown_minutes: int | None = UNSET,
        max_daily_trades: int | None = UNSET,
        daily_loss_limit: Decimal | str | None = UNSET,
        max_drawdown: Decimal | str | None = UNSET,
        max_open_positions: int | None = UNSET,
        close_on_breach: bool = UNSET,
        trading_window: Mapping[str, Any] | None = UNSET,
        dca: Mapping[str, Any] | None = UNSET,
        grid: Mapping[str, Any] | None = UNSET,
        exchange: str = UNSET,
        strategy: str = UNSET,
        strategy_config: Mapping[str, Any] = UNSET,
        initial_balance: Decimal | str = UNSET,
        fee_rate: Decimal | str = UNSET,
        maker_fee_rate: Decimal | str | None = UNSET,
        slippage: Decimal | str = UNSET,
        spread: Decimal | str = UNSET,
        name: str = UNSET,
        method: Literal["grid", "random", "bayesian", "walk_forward"] = UNSET,
        objective: Literal[
            "total_return",
            "cagr",
            "sharpe",
            "sortino",
            "calmar",
            "profit_factor",
            "expectancy",
            "win_rate",
            "max_drawdown",
            "ulcer_index",
        ] = UNSET,
        trials: int = UNSET,
        seed: int = UNSET,
        minimum_trades: int = UNSET,
        folds: int = UNSET,
        train_percentage: float = UNSET,
        window: Literal["rolling", "anchored"] = UNSET,
    ) -> models.OneOptimization:
        """Queue a search; `backtest_progress` messages of kind `optimization` tell how far it is."""
        return self._transport.call(
            models.OneOptimization,
            "POST",
            "/optimizations",
            body={
                "start": start,
                "end": end,
                "kind": kind,
                "sizing": sizing,
                "base_amount": base_amount,
                "equity_percentage": equity_percentage,
                "risk_per_trade": risk_per_trade,
                "max_position_amount": max_position_amount,
                "stop_loss_percentage": stop_loss_percentage,
                "take_profit_percentage": take_profit_percentage,
                "trailing_stop_percentage": trailing_stop_percentage,
                "cooldown_minutes": cooldown_minutes,
                "max_daily_trades": max_daily_trades,
                "daily_loss_limit": daily_loss_limit,
                "max_drawdown": max_drawdown,
                "max_open_positions": max_open_positions,
                "close_on_breach": close_on_breach,
                "trading_window": trading_window,
                "dca": dca,
                "grid": grid,
                "exchange": exchange,
                "symbol": symbol,
                "timeframe": timeframe,
                "strategy": strategy,
                "strategy_config": strategy_config,
                "initial_balance": initial_balance,
                "fee_rate": fee_rate,
                "maker_fee_rate": maker_fee_rate,
                "slippage": slippage,
                "spread": spread,
                "name": name,
                "method": method,
                "objective": objective,
                "ranges": ranges,
                "trials": trials,
                "seed": seed,
                "minimum_trades": minimum_trades,
                "folds": folds,
                "train_percentage": train_percentage,
                "window": window,
            },
            once=True,
        )

    def get(self, optimization_id: UUID | str) -> models.OneOptimization:
        """The search with its settings and, when it is complete, its result."""
        return self._transport.call(models.OneOptimization, "GET", f"/optimizations/{optimization_id}")

    def delete(self, optimization_id: UUID | str) -> None:
        """Delete it; where it is still running, it stops."""
        return self._transport.act("DELETE", f"/optimizations/{optimization_id}")

    def cancel(self, optimization_id: UUID | str) -> models.OneOptimization:
        """Stop a search that is not over."""
        return self._transport.call(
            models.OneOptimization, "POST", f"/optimizations/{optimization_id}/cancel", once=True
        )

    def heat_map(self, optimization_id: UUID | str, *, x: str = UNSET, y: str = UNSET) -> models.HeatMap:
        """The best objective for each pair of values of two varied parameters."""
        return self._transport.call(
            models.HeatMap, "GET", f"/optimizations/{optimization_id}/heat-map", query={"x": x, "y": y}
        )


class Orders:
    """What is under /orders."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        bot_id: UUID | str = UNSET,
        symbol: str = UNSET,
        since: datetime | str = UNSET,
        until: datetime | str = UNSET,
        status: Literal[
            "intended", "submitting", "open", "partially_filled", "filled", "canceled", "rejected", "expired", "review"
        ] = UNSET,
        side: Literal["buy", "sell"] = UNSET,
        purpose: Literal[
            "entry",
            "exit_signal",
            "stop_loss",
            "take_profit",
            "trailing_stop",
            "safety_order",
            "grid_line",
            "risk_exit",
            "manual",
        ] = UNSET,
        sort: Literal[
            "intended_at",
            "-intended_at",
            "finished_at",
            "-finished_at",
            "symbol",
            "-symbol",
            "status",
            "-status",
            "quantity",
            "-quantity",
        ] = UNSET,
    ) -> Pages[models.Order]:
        """Orders, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Order,
            "/orders",
            {
                "bot_id": bot_id,
                "symbol": symbol,
                "since": since,
                "until": until,
                "status": status,
                "side": side,
                "purpose": purpose,
                "sort": sort,
            },
            100,
        )


class Portfolio:
    """What is under /portfolio."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> models.Portfolio:
        """Profit and loss, win rate and open positions over all bots."""
        return self._transport.call(models.Portfolio, "GET", "/portfolio")

    def equity(self, *, period: Literal["1D", "1W", "1M", "1Y", "ALL"] = UNSET) -> models.Equity:
        """Realised profit and loss, summed up to each sale."""
        return self._transport.call(models.Equity, "GET", "/portfolio/equity", query={"period": period})


class Positions:
    """What is under /positions."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        bot_id: UUID | str = UNSET,
        symbol: str = UNSET,
        since: datetime | str = UNSET,
        until: datetime | str = UNSET,
        status: Literal["open", "closed"] = UNSET,
        sort: Literal[
            "opened_at",
            "-opened_at",
            "closed_at",
            "-closed_at",
            "symbol",
            "-symbol",
            "realized_pnl",
            "-realized_pnl",
            "fees",
            "-fees",
        ] = UNSET,
    ) -> Pages[models.Position]:
        """Positions, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Position,
            "/positions",
            {"bot_id": bot_id, "symbol": symbol, "since": since, "until": until, "status": status, "sort": sort},
            100,
        )


class Strategies:
    """What is under /strategies."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> builtins.list[models.Strategy]:
        """Every strategy with its parameters as JSON Schema."""
        return self._transport.call(builtins.list[models.Strategy], "GET", "/strategies")

    def get(self, name: str) -> models.Strategy:
        """The strategy of this name."""
        return self._transport.call(models.Strategy, "GET", f"/strategies/{name}")


class Trades:
    """What is under /trades."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        bot_id: UUID | str = UNSET,
        symbol: str = UNSET,
        since: datetime | str = UNSET,
        until: datetime | str = UNSET,
        type: Literal["buy", "sell"] = UNSET,
        purpose: Literal[
            "entry",
            "exit_signal",
            "stop_loss",
            "take_profit",
            "trailing_stop",
            "safety_order",
            "grid_line",
            "risk_exit",
            "manual",
        ] = UNSET,
        sort: Literal[
            "executed_at",
            "-executed_at",
            "symbol",
            "-symbol",
            "amount",
            "-amount",
            "fee",
            "-fee",
            "profit_loss",
            "-profit_loss",
        ] = UNSET,
    ) -> Pages[models.Trade]:
        """Trades, newest first unless sorted otherwise."""
        return Pages(
            self._transport,
            models.Trade,
            "/trades",
            {
                "bot_id": bot_id,
                "symbol": symbol,
                "since": since,
                "until": until,
                "type": type,
                "purpose": purpose,
                "sort": sort,
            },
            100,
        )


class TradingLimits:
    """What is under /trading-limits."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> builtins.list[models.Limit]:
        """The limits that are set."""
        return self._transport.call(builtins.list[models.Limit], "GET", "/trading-limits")

    def set(
        self,
        *,
        api_key_id: UUID | str | None,
        max_order_amount: Decimal | str | None = UNSET,
        max_open_amount: Decimal | str | None = UNSET,
        max_open_positions: int | None = UNSET,
    ) -> models.Limit:
        """Set the limits over all accounts, or those of one."""
        return self._transport.call(
            models.Limit,
            "PUT",
            "/trading-limits",
            body={
                "api_key_id": api_key_id,
                "max_order_amount": max_order_amount,
                "max_open_amount": max_open_amount,
                "max_open_positions": max_open_positions,
            },
        )


class TradingSwitch:
    """What is under /trading-switch."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> models.Switches:
        """What is switched off just now."""
        return self._transport.call(models.Switches, "GET", "/trading-switch")

    def set(self, *, is_halted: bool, reason: str = UNSET) -> models.Switches:
        """Switch trading off or on: off, no bot buys; what they hold stays watched, and exits go through."""
        return self._transport.call(
            models.Switches, "PUT", "/trading-switch", body={"is_halted": is_halted, "reason": reason}
        )


class Users:
    """What is under /users."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> models.User:
        """The account of the access token."""
        return self._transport.call(models.User, "GET", "/users/me")

    def change(
        self,
        *,
        username: str = UNSET,
        first_name: str | None = UNSET,
        last_name: str | None = UNSET,
        locale: Literal["en", "de", "es"] = UNSET,
        timezone: str = UNSET,
    ) -> models.User:
        """Change the profile."""
        return self._transport.call(
            models.User,
            "PATCH",
            "/users/me",
            body={
                "username": username,
                "first_name": first_name,
                "last_name": last_name,
                "locale": locale,
                "timezone": timezone,
            },
        )

    def delete(
        self, *, username: str, current_password: str, code: str | None = UNSET, leave_positions: bool = UNSET
    ) -> None:
        """Delete the account for good: bots stop, keys are destroyed, and everything in it is erased."""
        return self._transport.act(
            "DELETE",
            "/users/me",
            body={
                "username": username,
                "current_password": current_password,
                "code": code,
                "leave_positions": leave_positions,
            },
        )

    def audit_log(
        self,
        *,
        action: str = UNSET,
        since: datetime | str = UNSET,
        until: datetime | str = UNSET,
        sort: Literal["created_at", "-created_at", "action", "-action"] = UNSET,
    ) -> Pages[models.AuditEntry]:
        """Changes, newest first unless sorted otherwise: what, from what to what, from where."""
        return Pages(
            self._transport,
            models.AuditEntry,
            "/users/me/audit-log",
            {"action": action, "since": since, "until": until, "sort": sort},
            100,
        )

    def set_email(self, *, new_email: str, current_password: str) -> None:
        """Ask for another address; it takes over once the link of the letter sent there is followed."""
        return self._transport.act(
            "PUT", "/users/me/email", body={"new_email": new_email, "current_password": current_password}
        )

    def export(self) -> bytes:
        """One archive with every table as JSON and CSV, and the candles that were uploaded."""
        return self._transport.file("/users/me/export")

    def mfa(self) -> models.SecondFactor:
        """Whether it is on, since when, and how many recovery codes are left."""
        return self._transport.call(models.SecondFactor, "GET", "/users/me/mfa")

    def mfa_confirm(self, *, code: str) -> models.RecoveryCodes:
        """Turn the second factor on by a first code; the recovery codes are shown this once."""
        return self._transport.call(
            models.RecoveryCodes, "POST", "/users/me/mfa/confirm", body={"code": code}, once=True
        )

    def mfa_disable(self, *, current_password: str, code: str) -> None:
        """Turn the second factor off, with password and code."""
        return self._transport.act(
            "POST", "/users/me/mfa/disable", body={"current_password": current_password, "code": code}, once=True
        )

    def mfa_enrol(self, *, current_password: str) -> models.Enrolment:
        """A secret for the authenticator, as text and as QR code; it counts once a code of it is confirmed."""
        return self._transport.call(
            models.Enrolment, "POST", "/users/me/mfa/enrol", body={"current_password": current_password}, once=True
        )

    def mfa_recovery_codes(self, *, current_password: str, code: str) -> models.RecoveryCodes:
        """New recovery codes, shown this once; the old ones end."""
        return self._transport.call(
            models.RecoveryCodes,
            "POST",
            "/users/me/mfa/recovery-codes",
            body={"current_password": current_password, "code": code},
            once=True,
        )

    def set_password(self, *, current_password: str, new_password: str) -> None:
        """Set a new password; every other login ends."""
        return self._transport.act(
            "PUT", "/users/me/password", body={"current_password": current_password, "new_password": new_password}
        )

    def sessions(self) -> builtins.list[models.LoginDevice]:
        """Logins that have not ended, the newest first."""
        return self._transport.call(builtins.list[models.LoginDevice], "GET", "/users/me/sessions")

    def delete_sessions(self) -> None:
        """End every login but this one."""
        return self._transport.act("DELETE", "/users/me/sessions")

    def delete_session(self, login_id: UUID | str) -> None:
        """End the login; its browser has to log in again."""
        return self._transport.act("DELETE", f"/users/me/sessions/{login_id}")


class Resources:
    """The parts of the API."""

    def __init__(self, transport: Transport) -> None:
        self.access_tokens = AccessTokens(transport)
        self.admin = Admin(transport)
        self.api_keys = ApiKeys(transport)
        self.auth = Auth(transport)
        self.backtests = Backtests(transport)
        self.bots = Bots(transport)
        self.candles = Candles(transport)
        self.comparisons = Comparisons(transport)
        self.drifts = Drifts(transport)
        self.exchanges = Exchanges(transport)
        self.market_data = MarketData(transport)
        self.optimizations = Optimizations(transport)
        self.orders = Orders(transport)
        self.portfolio = Portfolio(transport)
        self.positions = Positions(transport)
        self.strategies = Strategies(transport)
        self.trades = Trades(transport)
        self.trading_limits = TradingLimits(transport)
        self.trading_switch = TradingSwitch(transport)
        self.users = Users(transport)

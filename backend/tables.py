"""Every table of the platform, imported so that migrations and tests see them all."""

from backend.accounts.models import AccessToken, Identity, Letter, OneTimeLink, RecoveryCode, User, UserSession
from backend.backtests.models import Backtest, Optimization, OptimizationChunk
from backend.bots.models import TradingBot
from backend.engine.guards.models import TradingLimit, TradingSwitch
from backend.engine.incoming.models import IncomingSignal, SignalHook
from backend.engine.models import Decision, Evaluation, Order, Position, Trade
from backend.engine.reconciliation.models import Comparison, Drift
from backend.exchanges.models import ApiKey
from backend.foundation.audit import AuditEntry
from backend.foundation.database import Base
from backend.foundation.events import EventRow
from backend.foundation.idempotency import IdempotentAnswer
from backend.market_data.models import CandleDownload, CandleRow

metadata = Base.metadata

__all__ = [
    "AccessToken",
    "ApiKey",
    "AuditEntry",
    "Backtest",
    "CandleDownload",
    "CandleRow",
    "Comparison",
    "Decision",
    "Drift",
    "Evaluation",
    "EventRow",
    "IdempotentAnswer",
    "Identity",
    "IncomingSignal",
    "Letter",
    "OneTimeLink",
    "Optimization",
    "OptimizationChunk",
    "Order",
    "Position",
    "RecoveryCode",
    "SignalHook",
    "Trade",
    "TradingBot",
    "TradingLimit",
    "TradingSwitch",
    "User",
    "UserSession",
    "metadata",
]

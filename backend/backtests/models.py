"""Tables of backtests and optimisations."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base, Recorded

STATUSES = ("queued", "running", "completed", "failed", "canceled")
UNFINISHED = ("queued", "running")
METHODS = ("grid", "random", "bayesian", "walk_forward")


class Backtest(Recorded, Base):
    """One run. The settings, the hash of the candles and the code's version make it repeatable to the byte."""

    __tablename__ = "backtests"
    __table_args__ = (
        Index("ix_backtests_user_id_created_at", "user_id", "created_at"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    status: Mapped[str] = mapped_column(default="queued")
    progress: Mapped[float] = mapped_column(default=0.0)
    error: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    exchange: Mapped[str]
    symbol: Mapped[str]
    timeframe: Mapped[str]
    start: Mapped[datetime]
    end: Mapped[datetime]
    strategy: Mapped[str]
    initial_balance: Mapped[Decimal]
    configuration: Mapped[dict[str, Any]]
    """Every setting of the run, as the API takes them."""
    data_hash: Mapped[str | None]
    code_version: Mapped[str | None]
    result_hash: Mapped[str | None]
    """SHA-256 over fills, equity and figures: a second run of the same settings must give the same."""
    summary: Mapped[dict[str, Any] | None]
    """The few figures that lists show."""
    result: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    fills: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The core's FILL records, packed."""
    curve: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """CURVE records, packed: equity, benchmark and drawdown, thinned for drawing."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def metrics(self) -> dict[str, str | None] | None:
        """The figures of a complete run by name."""
        return None if self.result is None else {one["name"]: one["value"] for one in self.result["metrics"]}


class Optimization(Recorded, Base):
    """A search for parameters, or a walk-forward; carried out in chunks by any number of workers."""

    __tablename__ = "optimizations"
    __table_args__ = (
        Index("ix_optimizations_user_id_created_at", "user_id", "created_at"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"method IN {METHODS}", name="method"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    method: Mapped[str]
    objective: Mapped[str]
    status: Mapped[str] = mapped_column(default="queued")
    error: Mapped[str | None]
    exchange: Mapped[str]
    symbol: Mapped[str]
    timeframe: Mapped[str]
    start: Mapped[datetime]
    end: Mapped[datetime]
    strategy: Mapped[str]
    configuration: Mapped[dict[str, Any]]
    """The settings of every run, as for a backtest."""
    search: Mapped[dict[str, Any]]
    """What is varied between which bounds, how many trials, which seed; folds of a walk-forward."""
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    """Trials wanted, and measured so far."""
    chunks: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was taken up because nothing was heard of it."""
    data_hash: Mapped[str | None]
    code_version: Mapped[str | None]
    summary: Mapped[dict[str, Any] | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def progress(self) -> float:
        """How much is measured, in per cent."""
        if self.status == "completed":
            return 100.0
        return round(100 * min(self.done / self.total, 1.0), 1) if self.total else 0.0


class OptimizationChunk(Base):
    """What one worker measured of an optimisation: written once, however often the chunk is delivered."""

    __tablename__ = "optimization_chunks"

    optimization_id: Mapped[UUID] = mapped_column(ForeignKey("optimizations.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """MEASURES records of the chunk's combinations, or the fold's outcome as JSON, packed."""

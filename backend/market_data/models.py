"""Tables of market data: recent closed candles, the same for every tenant, and users' downloads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from backend.foundation.database import Base, Recorded


class CandleRow(Base):
    """One closed candle; prices in quote, volume in base currency."""

    __tablename__ = "candles"

    exchange: Mapped[str] = mapped_column(primary_key=True)
    symbol: Mapped[str] = mapped_column(primary_key=True)
    timeframe: Mapped[str] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(primary_key=True)
    open: Mapped[float] = mapped_column(Float(53))
    high: Mapped[float] = mapped_column(Float(53))
    low: Mapped[float] = mapped_column(Float(53))
    close: Mapped[float] = mapped_column(Float(53))
    volume: Mapped[float] = mapped_column(Float(53))


class CandleDownload(Recorded, Base):
    """A user's wish to have a range of an exchange's candles stored, and how far it has come.

    `status`: queued, running, done, failed or canceled. `position`: everything before it is stored, or is nowhere.
    """

    __tablename__ = "candle_downloads"
    __table_args__ = (Index("ix_candle_downloads_user_id_id", "user_id", "id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    exchange: Mapped[str]
    symbol: Mapped[str]
    timeframe: Mapped[str]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    status: Mapped[str]
    position: Mapped[datetime]
    new_candles: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    finished_at: Mapped[datetime | None]

    @property
    def percentage(self) -> float:
        """How much of the range is done."""
        length = (self.end_at - self.start_at).total_seconds()
        done = (self.position - self.start_at).total_seconds()
        return 100.0 if self.status == "done" or length <= 0 else round(max(0.0, min(done / length, 1.0)) * 100, 1)

"""Carries a queued backtest out, so that whatever goes wrong ends as a sentence on its page and the worker lives."""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from billiard.exceptions import SoftTimeLimitExceeded
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.backtests.commands import tell
from backend.backtests.configuration import run_settings
from backend.backtests.execution import NoCandles, execute, load_market
from backend.backtests.models import UNFINISHED, Backtest
from backend.backtests.packing import pack
from backend.backtests.results import curve_of, result_hash, result_of, summary_of
from backend.foundation.locks import try_lock
from backend.foundation.platform import Platform
from backend.market_data.archive import ArchiveDamaged
from backend.market_data.queries import milliseconds
from backend.market_data.store import CandleStore
from backend.trading.backtester import Run
from backend.trading.compiled import CODE_VERSION
from backend.trading.strategies.evaluation import StrategyError

log = structlog.get_logger(__name__)

TIME_LIMIT = timedelta(minutes=10)
MOST_ATTEMPTS = 2
_TELL_EVERY = 0.5
UNHEARD_OF = timedelta(minutes=1)


class Stopped(Exception):
    """The run was canceled or deleted while a worker was at it."""


def run_backtest(platform: Platform, backtest_id: UUID) -> None:
    """Run it, unless it is over or another process is at it."""
    with try_lock(platform.database, f"backtest {backtest_id}") as mine:
        backtest = _begin(platform, backtest_id) if mine else None
        if backtest is None:
            return
        begun = time.monotonic()
        try:
            _complete(platform, backtest_id, _carry_out(platform, backtest))
        except Stopped:
            log.info("backtest_stopped", backtest_id=str(backtest_id))
            return
        except Exception as error:  # noqa: BLE001 - whatever it was, the user is told and the worker lives
            _fail(platform, backtest_id, sentence_for(error))
            return
        log.info("backtest_completed", backtest_id=str(backtest_id), seconds=round(time.monotonic() - begun, 3))


def sentence_for(error: Exception) -> str:
    """What the user is told about a run that failed; what is nobody's fault but ours is logged."""
    if isinstance(error, NoCandles | StrategyError | ArchiveDamaged):
        return str(error)
    if isinstance(error, SoftTimeLimitExceeded):
        minutes = int(TIME_LIMIT.total_seconds() // 60)
        return f"It took longer than {minutes} minutes and was stopped. Choose a shorter period or a longer time frame."
    log.error("run_failed", exc_info=error)
    return "Something went wrong on our side; the log has it. Run it again, and tell us if it happens again."


def abandoned_backtests(platform: Platform) -> list[UUID]:
    """Runs that no worker has touched for a while though they are not over: lost with their worker or the queue."""
    now = platform.clock.now()
    with platform.database.across_tenants("backtests that stand still") as session:
        waiting = (Backtest.status == "queued") & (Backtest.updated_at < now - UNHEARD_OF)
        lost = (Backtest.status == "running") & (Backtest.updated_at < now - TIME_LIMIT - UNHEARD_OF)
        return list(session.scalars(select(Backtest.id).where(waiting | lost)))


def _begin(platform: Platform, backtest_id: UUID) -> Backtest | None:
    with platform.database.across_tenants("backtest: begin") as session:
        backtest = _unfinished(session, backtest_id)
        if backtest is None:
            return None
        backtest.attempts += 1
        backtest.updated_at = platform.clock.now()
        if backtest.attempts > MOST_ATTEMPTS:
            _end(
                platform,
                session,
                backtest,
                "failed",
                "The worker died while running it, twice. Choose a shorter period.",
            )
            return None
        backtest.status, backtest.progress, backtest.started_at = "running", 0.0, platform.clock.now()
        tell(session, platform.clock, backtest)
        return backtest


@dataclass(frozen=True)
class _Outcome:
    run: Run
    data_hash: str
    result: dict[str, Any]


def _carry_out(platform: Platform, backtest: Backtest) -> _Outcome:
    settings = run_settings(backtest.configuration, backtest.user_id)
    last_told = time.monotonic()

    def progress(share: float, step: str) -> None:
        nonlocal last_told
        # A quick run is over before anybody could read how far it is.
        if time.monotonic() - last_told >= _TELL_EVERY:
            last_told = time.monotonic()
            _note_progress(platform, backtest.id, share, step)

    with platform.database.as_tenant(backtest.user_id) as session:
        store = CandleStore(session, platform.settings)
        loaded = load_market(store, settings, milliseconds(backtest.start), milliseconds(backtest.end))
    executed = execute(settings, loaded.market, progress)
    progress(0.7, "figures")
    return _Outcome(executed.run, loaded.data_hash, result_of(settings, executed.run, loaded.notices))


def _complete(platform: Platform, backtest_id: UUID, outcome: _Outcome) -> None:
    with platform.database.across_tenants("backtest: complete") as session:
        backtest = _unfinished(session, backtest_id)
        if backtest is None:
            raise Stopped
        backtest.data_hash, backtest.code_version = outcome.data_hash, CODE_VERSION
        backtest.result, backtest.summary = outcome.result, summary_of(outcome.result)
        backtest.result_hash = result_hash(outcome.run, outcome.result)
        backtest.fills, backtest.curve = pack(outcome.run.fills), pack(curve_of(outcome.run))
        backtest.progress = 100.0
        _end(platform, session, backtest, "completed", None)


def _fail(platform: Platform, backtest_id: UUID, sentence: str) -> None:
    with platform.database.across_tenants("backtest: fail") as session:
        backtest = _unfinished(session, backtest_id)
        if backtest is not None:
            _end(platform, session, backtest, "failed", sentence)


def _end(platform: Platform, session: Session, backtest: Backtest, status: str, error: str | None) -> None:
    backtest.status, backtest.error, backtest.finished_at = status, error, platform.clock.now()
    session.flush()
    tell(session, platform.clock, backtest)


def _note_progress(platform: Platform, backtest_id: UUID, share: float, step: str) -> None:
    with platform.database.across_tenants("backtest: progress") as session:
        backtest = _unfinished(session, backtest_id)
        if backtest is None:
            raise Stopped
        backtest.progress, backtest.updated_at = round(100 * share, 1), platform.clock.now()
        tell(session, platform.clock, backtest, step)


def _unfinished(session: Session, backtest_id: UUID) -> Backtest | None:
    # Locked: the user may cancel it at the same moment.
    statement = select(Backtest).where(Backtest.id == backtest_id, Backtest.status.in_(UNFINISHED))
    return session.scalar(statement.with_for_update())

"""Carries an optimisation out: planned once, measured in chunks by whoever is free, summed up by the last."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.backtests.models import UNFINISHED, Optimization, OptimizationChunk
from backend.backtests.optimizations.commands import tell
from backend.backtests.optimizations.measuring import (
    bayesian_batches,
    market_of,
    measure,
    no_trials,
    pack_trials,
    search_of,
    threads_of,
)
from backend.backtests.optimizations.results import sum_up
from backend.backtests.optimizations.walk_forward import search_fold
from backend.backtests.running import MOST_ATTEMPTS, TIME_LIMIT, UNHEARD_OF, Stopped, sentence_for
from backend.foundation.locks import try_lock
from backend.foundation.platform import Platform
from backend.trading.compiled import CODE_VERSION

_GIVEN_UP = "The workers died while running it, again and again. Choose a shorter period or fewer trials."

log = structlog.get_logger(__name__)

# Chunks small enough that a canceled search stops soon and two workers end at about the same time.
_LEAST_A_CHUNK, _MOST_CHUNKS = 25, 64


def plan(platform: Platform, optimization_id: UUID) -> None:
    """Cut the search into chunks and queue them, unless that was done or the search is over."""
    with try_lock(platform.database, f"plan {optimization_id}") as mine, _guarded(platform, optimization_id) as found:
        optimization = found if mine else None
        if optimization is None or optimization.chunks:
            return
        search = search_of(optimization)
        loaded = market_of(platform, optimization, search)
        trials = len(search.combinations()) if search.method in {"grid", "random"} else optimization.total
        chunks = _chunk_count(search.method, trials)
        with platform.database.across_tenants("optimisation: plan") as session:
            row = _unfinished(session, optimization_id)
            if row is None:
                return
            row.status, row.started_at = "running", platform.clock.now()
            row.updated_at = platform.clock.now()
            row.total, row.chunks = trials, chunks
            row.data_hash, row.code_version = loaded.data_hash, CODE_VERSION
            tell(session, platform.clock, row)
        _queue_chunks(platform, optimization_id, range(chunks))


def measure_chunk(platform: Platform, optimization_id: UUID, number: int) -> None:
    """Measure one chunk, unless another did or the search is over; whoever measures the last one sums up."""
    with (
        try_lock(platform.database, f"chunk {number} of {optimization_id}") as mine,
        _guarded(platform, optimization_id) as found,
    ):
        optimization = found if mine else None
        if optimization is None or _is_done(platform, optimization_id, number):
            return
        content, trials = _measured(platform, optimization, number)
        if _keep(platform, optimization, number, content, trials):
            platform.tasks.send("backtests.sum_up_optimization", str(optimization_id))


def finish(platform: Platform, optimization_id: UUID) -> None:
    """Sum the chunks up, unless that was done."""
    with try_lock(platform.database, f"sum {optimization_id}") as mine, _guarded(platform, optimization_id) as found:
        optimization = found if mine else None
        if optimization is None:
            return
        with platform.database.across_tenants("optimisation: chunks") as session:
            chunks = session.scalars(
                select(OptimizationChunk)
                .where(OptimizationChunk.optimization_id == optimization_id)
                .order_by(OptimizationChunk.number)
            ).all()
        if not optimization.chunks or len(chunks) < optimization.chunks:
            return
        search = search_of(optimization)
        loaded = market_of(platform, optimization, search)
        result, summary = sum_up(search, loaded.market, optimization.search, [chunk.content for chunk in chunks])
        result["notices"] = [asdict(notice) for notice in loaded.notices]
        with platform.database.across_tenants("optimisation: finish") as session:
            row = _unfinished(session, optimization_id)
            if row is not None:
                row.result, row.summary = result, summary
                _end(platform, session, row, "completed", None)


def abandoned_optimizations(platform: Platform) -> list[tuple[UUID, list[int]]]:
    """Searches of which nothing was heard for a while, with the chunks that are missing (none: not even planned).

    One that was taken up twice and fell silent again fails: something in it kills its workers.
    """
    now = platform.clock.now()
    with platform.database.across_tenants("optimisations that stand still") as session:
        waiting = (Optimization.status == "queued") & (Optimization.updated_at < now - UNHEARD_OF)
        lost = (Optimization.status == "running") & (Optimization.updated_at < now - TIME_LIMIT)
        found = []
        for row in session.scalars(select(Optimization).where(waiting | lost)):
            done = set(
                session.scalars(select(OptimizationChunk.number).where(OptimizationChunk.optimization_id == row.id))
            )
            row.updated_at = now
            if row.status == "running":
                row.attempts += 1
            if row.attempts > MOST_ATTEMPTS:
                _end(platform, session, row, "failed", _GIVEN_UP)
                continue
            found.append((row.id, [number for number in range(row.chunks) if number not in done]))
        return found


def take_up(platform: Platform, optimization_id: UUID, missing: list[int]) -> None:
    """Queue again what was lost."""
    if missing:
        _queue_chunks(platform, optimization_id, missing)
        return
    platform.tasks.send("backtests.plan_optimization", str(optimization_id))
    platform.tasks.send("backtests.sum_up_optimization", str(optimization_id))


@contextmanager
def _guarded(platform: Platform, optimization_id: UUID) -> Iterator[Optimization | None]:
    """Around a step of a search that is not over: whatever goes wrong in it ends as a sentence on its page."""
    with platform.database.across_tenants("optimisation: look") as session:
        optimization = _unfinished(session, optimization_id)
    try:
        yield optimization
    except Stopped:
        log.info("optimization_stopped", optimization_id=str(optimization_id))
    except Exception as error:  # noqa: BLE001 - whatever it was, the user is told and the worker lives
        with platform.database.across_tenants("optimisation: fail") as session:
            row = _unfinished(session, optimization_id)
            if row is not None:
                _end(platform, session, row, "failed", sentence_for(error))


def _chunk_count(method: str, trials: int) -> int:
    if method == "walk_forward":
        return trials
    if method == "bayesian":
        # Every batch is chosen by what came of those before; one worker does them in turn, on all its cores.
        return 1
    return max(1, min(_MOST_CHUNKS, trials // _LEAST_A_CHUNK))


def _measured(platform: Platform, optimization: Optimization, number: int) -> tuple[bytes, int]:
    search = search_of(optimization)
    market = market_of(platform, optimization, search).market
    threads = threads_of(platform.settings)
    if search.method == "walk_forward":
        return search_fold(search, market, optimization.search, number, threads), 1
    if search.method == "bayesian":
        return _searched(platform, optimization, bayesian_batches(search, market, threads))
    combinations = search.combinations()
    begin, end = (len(combinations) * part // optimization.chunks for part in (number, number + 1))
    chosen = combinations[begin:end]
    return pack_trials(chosen, measure(search, market, chosen, threads)), len(chosen)


def _searched(platform: Platform, optimization: Optimization, batches: Any) -> tuple[bytes, int]:
    combinations: list[dict[str, Any]] = []
    parts = [no_trials()]
    done = 0
    for proposed, measures, tried in batches:
        combinations += proposed
        parts.append(measures)
        done = tried
        _note(platform, optimization.id, done)
    return pack_trials(combinations, np.concatenate(parts)), done


def _note(platform: Platform, optimization_id: UUID, done: int) -> None:
    with platform.database.across_tenants("optimisation: progress") as session:
        row = _unfinished(session, optimization_id)
        if row is None:
            raise Stopped
        row.done = done
        row.updated_at = platform.clock.now()
        tell(session, platform.clock, row)


def _keep(platform: Platform, optimization: Optimization, number: int, content: bytes, trials: int) -> bool:
    """Write the chunk once; returns whether it was the last."""
    with platform.database.across_tenants("optimisation: chunk") as session:
        row = _unfinished(session, optimization.id)
        if row is None:
            raise Stopped
        values = {"optimization_id": row.id, "number": number, "user_id": row.user_id, "content": content}
        written = insert(OptimizationChunk).values(**values).on_conflict_do_nothing()
        # A chunk that another worker wrote meanwhile is counted already.
        if session.scalar(written.returning(OptimizationChunk.number)) is not None:
            row.done = trials if row.method == "bayesian" else row.done + trials
        row.updated_at = platform.clock.now()
        tell(session, platform.clock, row)
        counted = select(func.count()).where(OptimizationChunk.optimization_id == row.id)
        return (session.scalar(counted) or 0) >= row.chunks


def _is_done(platform: Platform, optimization_id: UUID, number: int) -> bool:
    with platform.database.across_tenants("optimisation: look") as session:
        return session.get(OptimizationChunk, (optimization_id, number)) is not None


def _queue_chunks(platform: Platform, optimization_id: UUID, numbers: Any) -> None:
    for number in numbers:
        platform.tasks.send("backtests.measure_chunk", str(optimization_id), number)


def _end(platform: Platform, session: Session, row: Optimization, status: str, error: str | None) -> None:
    row.status, row.error, row.finished_at = status, error, platform.clock.now()
    session.flush()
    tell(session, platform.clock, row)


def _unfinished(session: Session, optimization_id: UUID) -> Optimization | None:
    # Locked: chunks end at the same moment, and the user may cancel.
    statement = select(Optimization).where(Optimization.id == optimization_id, Optimization.status.in_(UNFINISHED))
    return session.scalar(statement.with_for_update())

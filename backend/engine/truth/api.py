"""Route of the truth report: /bots/{id}/truth."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask_restx import Namespace

from backend.accounts.authentication import authenticated
from backend.engine.truth.reporting import Comparison, Course, truth_of
from backend.engine.truth.schemas import TruthSchema
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import ApiResource, answers

truth = Namespace("truth", path="/", description="Backtest, paper and live side by side")

_MOST_PAIRS = 200


@truth.route("/bots/<uuid:bot_id>/truth")
class Truth(ApiResource):
    """The truth report of one bot."""

    @authenticated("bots:read")
    @answers(TruthSchema)
    def get(self, bot_id: UUID) -> dict[str, Any]:
        """The bot's backtest, paper and live course over the same period; the newest 200 trades of each comparison."""
        report = truth_of(platform(), request_session(), tenant(), bot_id)
        return {
            "since": report.since,
            "until": report.until,
            "courses": [_course(course) for course in report.courses],
            "comparisons": [_comparison(comparison) for comparison in report.comparisons],
            "notes": list(report.notes),
        }


def _course(course: Course) -> dict[str, Any]:
    return {
        "mode": course.mode,
        "bot_id": course.bot.id if course.bot else None,
        "trades_count": len(course.deals),
        "result": course.result,
        "fees": course.fees,
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    parts = asdict(comparison.attribution)
    delay = parts.pop("average_delay")
    pairs = parts.pop("pairs")
    return {
        "expected": comparison.expected,
        "actual": comparison.actual,
        **parts,
        "average_delay_seconds": delay.total_seconds(),
        "pairs": list(pairs)[-_MOST_PAIRS:],
    }

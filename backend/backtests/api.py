"""Routes of backtests: /backtests, and /bots/preview."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_restx import Namespace

from backend.accounts.authentication import authenticated
from backend.backtests import commands, queries
from backend.backtests.charts import candles_of
from backend.backtests.configuration import RunChecker
from backend.backtests.drafts import bot_draft
from backend.backtests.exports import CONTENT_TYPES, export
from backend.backtests.models import Backtest
from backend.backtests.previews import RecentCandles, preview
from backend.backtests.report import report
from backend.backtests.result_schemas import ResultSchema
from backend.backtests.schemas import (
    BacktestChangeSchema,
    BacktestListArguments,
    BacktestSchema,
    BacktestTradeArguments,
    BacktestTradeSchema,
    BotDraftSchema,
    CompareArguments,
    ComparedSchema,
    CurveSchema,
    ExportArguments,
    FillArguments,
    FillSchema,
    NewBacktestSchema,
    OneBacktestSchema,
    PreviewAnswerSchema,
    PreviewSchema,
    RunCandleArguments,
    RunCandlesSchema,
)
from backend.foundation.pagination import Page
from backend.foundation.rate_limits import limited
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import (
    ApiResource,
    answers,
    answers_file,
    answers_nothing,
    answers_page,
    expects,
    expects_arguments,
    may_refuse,
)

backtests = Namespace("backtests", description="What a configuration would have done on recorded candles")
previews = Namespace("previews", path="/bots", description="The preview beside a bot's form")

_recent_candles = RecentCandles()
_MEDIA_TYPES = tuple(one.partition(";")[0] for one in CONTENT_TYPES.values())


@backtests.route("")
class Backtests(ApiResource):
    """The user's backtests."""

    @authenticated("research:read")
    @expects_arguments(BacktestListArguments)
    @answers_page(BacktestSchema)
    def get(self, arguments: dict[str, Any]) -> Page[Backtest]:
        """The user's backtests, newest first unless sorted otherwise."""
        return queries.page_of_backtests(request_session(), tenant(), arguments)

    @authenticated("research:write")
    @limited("backtests")
    @expects(NewBacktestSchema)
    @answers(OneBacktestSchema, status=201)
    def post(self, data: dict[str, Any]) -> Backtest:
        """Queue a backtest; `backtest_progress` messages tell how far it is."""
        return commands.create_backtest(request_session(), platform().clock, _checker(), data)


@backtests.route("/compare")
class CompareBacktests(ApiResource):
    """Side by side."""

    @authenticated("research:read")
    @expects_arguments(CompareArguments)
    @may_refuse(404, 409)
    @answers(ComparedSchema, many=True)
    def get(self, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        """Two to five complete backtests with their figures, curves and the settings in which they differ."""
        return queries.compare(request_session(), tenant(), arguments["ids"])


@backtests.route("/<uuid:backtest_id>")
class OneBacktest(ApiResource):
    """One backtest."""

    @authenticated("research:read")
    @answers(OneBacktestSchema)
    def get(self, backtest_id: UUID) -> Backtest:
        """The backtest with its settings and, when it is complete, its figures."""
        return queries.own_backtest(request_session(), tenant(), backtest_id, Backtest.result)

    @authenticated("research:write")
    @expects(BacktestChangeSchema)
    @answers(OneBacktestSchema)
    def patch(self, backtest_id: UUID, data: dict[str, Any]) -> Backtest:
        """Rename it."""
        return commands.rename_backtest(request_session(), tenant(), backtest_id, data["name"])

    @authenticated("research:write")
    @answers_nothing
    def delete(self, backtest_id: UUID) -> None:
        """Delete it; where it is still running, it stops."""
        commands.delete_backtest(request_session(), tenant(), backtest_id)


@backtests.route("/<uuid:backtest_id>/cancel")
class CancelBacktest(ApiResource):
    """Cancelling."""

    @authenticated("research:write")
    @answers(OneBacktestSchema)
    def post(self, backtest_id: UUID) -> Backtest:
        """Stop a backtest that is not over."""
        return commands.cancel_backtest(request_session(), platform().clock, tenant(), backtest_id)


@backtests.route("/<uuid:backtest_id>/repeat")
class RepeatBacktest(ApiResource):
    """Repeating."""

    @authenticated("research:write")
    @limited("backtests")
    @may_refuse(422)
    @answers(OneBacktestSchema, status=201)
    def post(self, backtest_id: UUID) -> Backtest:
        """Queue the same settings again: over the same candles and by the same code the result is the same."""
        return commands.run_again(request_session(), platform().clock, tenant(), backtest_id)


@backtests.route("/<uuid:backtest_id>/result")
class BacktestResult(ApiResource):
    """What came of it."""

    @authenticated("research:read")
    @may_refuse(409)
    @answers(ResultSchema)
    def get(self, backtest_id: UUID) -> dict[str, Any] | None:
        """Figures with their definitions, months, checks, Monte Carlo bands and the grade."""
        return queries.completed_backtest(request_session(), tenant(), backtest_id, Backtest.result).result


@backtests.route("/<uuid:backtest_id>/equity")
class BacktestEquity(ApiResource):
    """Its curve."""

    @authenticated("research:read")
    @may_refuse(409)
    @answers(CurveSchema)
    def get(self, backtest_id: UUID) -> dict[str, Any]:
        """Equity, benchmark and drawdown, thinned for drawing."""
        backtest = queries.completed_backtest(request_session(), tenant(), backtest_id, Backtest.curve)
        return queries.curve_of_backtest(backtest)


@backtests.route("/<uuid:backtest_id>/trades")
class BacktestTrades(ApiResource):
    """Its trades."""

    @authenticated("research:read")
    @expects_arguments(BacktestTradeArguments)
    @may_refuse(409)
    @answers_page(BacktestTradeSchema)
    def get(self, backtest_id: UUID, arguments: dict[str, Any]) -> Page[Any]:
        """The trades, in the order of their closes unless sorted otherwise."""
        return queries.page_of_trades(request_session(), tenant(), backtest_id, arguments)


@backtests.route("/<uuid:backtest_id>/fills")
class BacktestFills(ApiResource):
    """Its fills."""

    @authenticated("research:read")
    @expects_arguments(FillArguments)
    @may_refuse(409)
    @answers_page(FillSchema)
    def get(self, backtest_id: UUID, arguments: dict[str, Any]) -> Page[Any]:
        """The executions within a span of time, for drawing them over candles."""
        return queries.page_of_fills(request_session(), tenant(), backtest_id, arguments)


@backtests.route("/<uuid:backtest_id>/candles")
class BacktestCandles(ApiResource):
    """Its candles."""

    @authenticated("research:read")
    @expects_arguments(RunCandleArguments)
    @answers(RunCandlesSchema)
    def get(self, backtest_id: UUID, arguments: dict[str, Any]) -> dict[str, Any]:
        """The candles of a span with the strategy's indicator lines, at most 1500: coarser ones for a longer span."""
        backtest = queries.own_backtest(request_session(), tenant(), backtest_id)
        since, until = arguments.get("since"), arguments.get("until")
        return candles_of(request_session(), platform().settings, backtest, since, until)


@backtests.route("/<uuid:backtest_id>/export")
class ExportBacktest(ApiResource):
    """It as a file."""

    @authenticated("research:read")
    @expects_arguments(ExportArguments)
    @answers_file(*_MEDIA_TYPES)
    @may_refuse(409)
    def get(self, backtest_id: UUID, arguments: dict[str, Any]) -> Response:
        """Its trades as CSV or Parquet, or all of it as JSON."""
        loaded = (Backtest.result, Backtest.fills, Backtest.curve)
        backtest = queries.completed_backtest(request_session(), tenant(), backtest_id, *loaded)
        kind = arguments["format"]
        return _file(export(backtest, kind), CONTENT_TYPES[kind], f"backtest-{backtest.id}.{kind}")


@backtests.route("/<uuid:backtest_id>/report")
class ReportBacktest(ApiResource):
    """It as a document."""

    @authenticated("research:read")
    @answers_file("text/html")
    @may_refuse(409)
    def get(self, backtest_id: UUID) -> Response:
        """One HTML file with everything in it."""
        loaded = (Backtest.result, Backtest.fills, Backtest.curve)
        backtest = queries.completed_backtest(request_session(), tenant(), backtest_id, *loaded)
        return _file(report(backtest).encode(), "text/html; charset=utf-8", f"backtest-{backtest.id}.html")


@backtests.route("/<uuid:backtest_id>/bot-draft")
class BotDraft(ApiResource):
    """A bot of it."""

    @authenticated("research:read")
    @answers(BotDraftSchema)
    def get(self, backtest_id: UUID) -> dict[str, Any]:
        """What a bot form is filled with to trade on paper what was tested."""
        return bot_draft(queries.own_backtest(request_session(), tenant(), backtest_id))


@previews.route("/preview")
class Preview(ApiResource):
    """The preview beside a bot's form."""

    @authenticated("research:write")
    @expects(PreviewSchema)
    @answers(PreviewAnswerSchema)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """What the settings would have done in the last days; nothing is kept of it."""
        return preview(request_session(), platform().clock, _checker(), _recent_candles, data)


def _checker() -> RunChecker:
    return RunChecker(request_session(), platform().settings, tenant())


def _file(content: bytes, content_type: str, name: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""Routes of the trading record: of one bot under /bots/{id}, of all under /trades, /orders, /positions, /portfolio."""

from typing import Any
from uuid import UUID

from flask_restx import Namespace

from backend.accounts.authentication import authenticated
from backend.accounts.queries import own_account
from backend.bots.queries import own_bot
from backend.engine import queries
from backend.engine.charts import chart_of
from backend.engine.models import Decision, Evaluation, Order
from backend.engine.resting import Resting, resting_of
from backend.engine.schemas import (
    BotOrderArguments,
    BotPositionArguments,
    BotTradeArguments,
    ChartArguments,
    ChartSchema,
    DecisionArguments,
    DecisionSchema,
    EquityArguments,
    EquitySchema,
    EvaluationSchema,
    OrderArguments,
    OrderSchema,
    PortfolioSchema,
    PositionArguments,
    PositionSchema,
    RestingOrderSchema,
    TradeArguments,
    TradeSchema,
)
from backend.foundation.pagination import Page
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import ApiResource, answers, answers_page, expects_arguments
from backend.market_data.tickers import TickerBoard

record = Namespace("record", path="/", description="Trades, orders, positions and decisions")


@record.route("/trades")
class Trades(ApiResource):
    """Trades of all bots."""

    @authenticated("bots:read")
    @expects_arguments(TradeArguments)
    @answers_page(TradeSchema)
    def get(self, arguments: dict[str, Any]) -> Page[Any]:
        """Trades, newest first unless sorted otherwise."""
        return queries.trades_page(request_session(), tenant(), arguments)


@record.route("/orders")
class Orders(ApiResource):
    """Orders of all bots."""

    @authenticated("bots:read")
    @expects_arguments(OrderArguments)
    @answers_page(OrderSchema)
    def get(self, arguments: dict[str, Any]) -> Page[Order]:
        """Orders, newest first unless sorted otherwise."""
        return queries.orders_page(request_session(), tenant(), arguments)


@record.route("/positions")
class Positions(ApiResource):
    """Positions of all bots."""

    @authenticated("bots:read")
    @expects_arguments(PositionArguments)
    @answers_page(PositionSchema)
    def get(self, arguments: dict[str, Any]) -> Page[Any]:
        """Positions, newest first unless sorted otherwise."""
        return _positions(arguments)


@record.route("/bots/<uuid:bot_id>/trades")
class BotTrades(ApiResource):
    """Trades of one bot."""

    @authenticated("bots:read")
    @expects_arguments(BotTradeArguments)
    @answers_page(TradeSchema)
    def get(self, bot_id: UUID, arguments: dict[str, Any]) -> Page[Any]:
        """The bot's trades, newest first unless sorted otherwise."""
        return queries.trades_page(request_session(), tenant(), _of_bot(bot_id, arguments))


@record.route("/bots/<uuid:bot_id>/orders")
class BotOrders(ApiResource):
    """Orders of one bot."""

    @authenticated("bots:read")
    @expects_arguments(BotOrderArguments)
    @answers_page(OrderSchema)
    def get(self, bot_id: UUID, arguments: dict[str, Any]) -> Page[Order]:
        """The bot's orders, newest first unless sorted otherwise."""
        return queries.orders_page(request_session(), tenant(), _of_bot(bot_id, arguments))


@record.route("/bots/<uuid:bot_id>/resting-orders")
class BotRestingOrders(ApiResource):
    """What waits for its price."""

    @authenticated("bots:read")
    @answers(RestingOrderSchema, many=True)
    def get(self, bot_id: UUID) -> list[Resting]:
        """The bot's orders that wait for their price, dearest first; on paper those that the platform would fill."""
        return resting_of(platform(), request_session(), own_bot(request_session(), tenant(), bot_id))


@record.route("/bots/<uuid:bot_id>/positions")
class BotPositions(ApiResource):
    """Positions of one bot."""

    @authenticated("bots:read")
    @expects_arguments(BotPositionArguments)
    @answers_page(PositionSchema)
    def get(self, bot_id: UUID, arguments: dict[str, Any]) -> Page[Any]:
        """The bot's positions, newest first unless sorted otherwise."""
        return _positions(_of_bot(bot_id, arguments))


@record.route("/bots/<uuid:bot_id>/decisions")
class BotDecisions(ApiResource):
    """Decisions of one bot."""

    @authenticated("bots:read")
    @expects_arguments(DecisionArguments)
    @answers_page(DecisionSchema)
    def get(self, bot_id: UUID, arguments: dict[str, Any]) -> Page[Decision]:
        """What the bot did, or wanted and was refused, newest first unless sorted otherwise."""
        return queries.decisions_page(request_session(), tenant(), _of_bot(bot_id, arguments))


@record.route("/bots/<uuid:bot_id>/evaluations")
class BotEvaluations(ApiResource):
    """The newest look of one bot."""

    @authenticated("bots:read")
    @answers(EvaluationSchema, many=True)
    def get(self, bot_id: UUID) -> list[Evaluation]:
        """What the bot saw at its newest candle, and why it waits."""
        bot = own_bot(request_session(), tenant(), bot_id)
        return queries.evaluations_of(request_session(), tenant(), bot.id)


@record.route("/bots/<uuid:bot_id>/candles")
class BotChart(ApiResource):
    """The chart of one bot."""

    @authenticated("bots:read")
    @expects_arguments(ChartArguments)
    @answers(ChartSchema)
    def get(self, bot_id: UUID, arguments: dict[str, Any]) -> dict[str, Any]:
        """Candles of the bot's market with the lines its strategy looks at, oldest first."""
        bot = own_bot(request_session(), tenant(), bot_id)
        return chart_of(request_session(), platform().settings, platform().clock.now(), bot, arguments)


@record.route("/portfolio")
class Portfolio(ApiResource):
    """All bots together."""

    @authenticated("bots:read")
    @answers(PortfolioSchema)
    def get(self) -> dict[str, Any]:
        """Profit and loss, win rate and open positions over all bots."""
        session = request_session()
        zone = own_account(session, tenant()).timezone
        return queries.portfolio(session, TickerBoard(platform().redis), platform().clock.now(), tenant(), zone)


@record.route("/portfolio/equity")
class Equity(ApiResource):
    """The curve of results."""

    @authenticated("bots:read")
    @expects_arguments(EquityArguments)
    @answers(EquitySchema)
    def get(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Realised profit and loss, summed up to each sale."""
        now = platform().clock.now()
        return {"points": queries.equity_curve(request_session(), now, tenant(), arguments["period"])}


def _of_bot(bot_id: UUID, arguments: dict[str, Any]) -> dict[str, Any]:
    return {**arguments, "bot_id": own_bot(request_session(), tenant(), bot_id).id}


def _positions(arguments: dict[str, Any]) -> Page[Any]:
    board = TickerBoard(platform().redis)
    return queries.positions_page(request_session(), board, platform().clock.now(), tenant(), arguments)

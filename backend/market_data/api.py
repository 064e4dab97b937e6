"""Routes of market data: /market-data."""

from datetime import UTC, datetime
from typing import Any

from flask_restx import Namespace

from backend.accounts.authentication import authenticated
from backend.exchanges.venues import venue_of
from backend.foundation.requests import platform
from backend.foundation.rest import ApiResource, answers, expects_arguments
from backend.market_data.numbers import number_text
from backend.market_data.schemas import TickerArguments, TickerSchema
from backend.market_data.tickers import TickerBoard

market_data = Namespace("market-data", description="Prices, the same for everybody")


@market_data.route("/tickers")
class Tickers(ApiResource):
    """Newest prices."""

    @authenticated
    @expects_arguments(TickerArguments)
    @answers(TickerSchema, many=True)
    def get(self, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        """The newest price of every market in use at an exchange."""
        venue = venue_of(arguments["exchange"])
        return [
            {
                "exchange": ticker.exchange,
                "symbol": ticker.symbol,
                "price": number_text(ticker.price),
                "change_percentage_24h": None if ticker.change is None else number_text(ticker.change),
                "updated_at": datetime.fromtimestamp(ticker.at / 1000, UTC),
            }
            for ticker in TickerBoard(platform().redis).all(venue.id)
        ]

"""An exchange that only tells its prices here: for it no order shape was proven, so that none is ever sent."""

from datetime import datetime

from typing_extensions import override

from backend.exchanges.adapters.adapter import Adapter, OrderCall
from backend.exchanges.errors import OrderRefused
from backend.exchanges.nouns import ExchangeOrder, Fill, KeyRights, OrderRequest


class PublicDataAdapter(Adapter):
    """Any exchange that ccxt knows, for candles, tickers and markets."""

    # What ccxt still needs of an unknown exchange's own description is unknown too.
    kept_details = None

    @override
    def order_call(self, request: OrderRequest) -> OrderCall:
        raise self._refusal()

    @override
    def cancel(self, symbol: str, client_order_id: str, exchange_order_id: str | None) -> bool:
        raise self._refusal()

    @override
    def find(
        self, symbol: str, client_order_id: str, exchange_order_id: str | None, since: datetime
    ) -> ExchangeOrder | None:
        raise self._refusal()

    @override
    def fills(self, symbol: str, exchange_order_id: str) -> list[Fill]:
        raise self._refusal()

    @override
    def fills_since(self, symbol: str, since: datetime) -> list[Fill]:
        raise self._refusal()

    @override
    def rights(self) -> KeyRights:
        raise self._refusal()

    def _refusal(self) -> OrderRefused:
        return OrderRefused(f"{self.venue.name} only tells its prices here; no orders are placed there.")

"""Candles as they move: by websocket where the venue streams them, by polling where it does not."""

import asyncio
from contextlib import aclosing

from backend.exchanges.access import ExchangeAccess
from backend.market_data.live_stream import StreamClient, StreamedCandle
from backend.tests.exchanges.conformance.desk import SYMBOL, Sandbox


def test_a_market_is_followed(venue: str, sandbox: Sandbox, access: ExchangeAccess) -> None:
    async def first_candles() -> list[StreamedCandle]:
        client = StreamClient(access, venue)
        told: list[StreamedCandle] = []
        try:
            async with asyncio.timeout(60), aclosing(client.candles(SYMBOL, "1m")) as candles:
                async for candle in candles:
                    told.append(candle)
                    if len(told) == 2:
                        return told
        finally:
            await client.close()
        return told

    for candle in asyncio.run(first_candles()):
        assert candle.opened_at % 60_000 == 0
        assert candle.low <= candle.close <= candle.high
        assert candle.close > 0

"""Kraken's names of assets and pairs: the old ones with X and Z, the short ones, and those of the websockets."""

from typing import Final

from backend.sandbox.markets import Market

# The short names that differ from everybody else's.
_SHORT: Final = {"BTC": "XBT", "DOGE": "XDG"}
# The assets of the first years; the others have one name only.
_LONG: Final = {
    "BTC": "XXBT",
    "ETH": "XETH",
    "XRP": "XXRP",
    "LTC": "XLTC",
    "XLM": "XXLM",
    "DOGE": "XXDG",
    "ZEC": "XZEC",
    "ETC": "XETC",
    "USD": "ZUSD",
    "EUR": "ZEUR",
    "GBP": "ZGBP",
}


def asset_id(asset: str) -> str:
    """Such as XXBT or USDT."""
    return _LONG.get(asset, asset)


def asset_short(asset: str) -> str:
    """Such as XBT or USDT."""
    return _SHORT.get(asset, asset)


def pair_short(market: Market) -> str:
    """Such as XBTUSDT or ETHXBT."""
    return asset_short(market.base) + asset_short(market.quote)


def pair_id(market: Market) -> str:
    """Such as XBTUSDT, but XETHXXBT where both assets have a long name."""
    if market.base in _LONG and market.quote in _LONG:
        return _LONG[market.base] + _LONG[market.quote]
    return pair_short(market)


def pair_wsname(market: Market) -> str:
    """Such as XBT/USDT."""
    return f"{asset_short(market.base)}/{asset_short(market.quote)}"


def markets_by_name(markets: dict[str, Market]) -> dict[str, Market]:
    """Every market under each name by which a request may ask for it."""
    return {
        name: market
        for market in markets.values()
        for name in (pair_id(market), pair_short(market), pair_wsname(market), market.symbol)
    }

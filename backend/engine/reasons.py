"""Decisions in plain words: why a bot traded, why it did not, what it is waiting for."""

_SIGNAL = {1: "The strategy says buy", -1: "The strategy says sell", 0: "No signal on this candle"}

_UNASKED = {
    "acted": "The bot begins: it buys, and its orders rest in the market from then on.",
    "hold": "The bot waits for the price to reach one of its orders.",
    "already_long": "The bot waits for the price to reach one of its orders.",
    "range_left": "The price left the grid's range; the grid is over.",
}

_BECAUSE = {
    "acted": {1: "; the bot buys.", -1: "; the bot sells its position.", 0: "."},
    "hold": {0: "; the bot waits for the next one."},
    "already_long": {1: ", but the bot already holds a position; it waits to sell it."},
    "nothing_to_sell": {-1: ", but the bot holds nothing; it waits to buy."},
    "balance": {1: ", but the free balance does not cover the amount per trade and its fee."},
    "below_minimum": {1: ", but the order would be smaller than the market accepts."},
    "position_size": {1: ", but the largest position of this bot leaves no room for another purchase."},
    "trading_window": {1: ", but this is outside the bot's trading hours."},
    "cooldown": {1: ", but the bot still waits after its last sale."},
    "daily_trade_limit": {1: ", but the bot has made all its entries of today."},
    "daily_loss_limit": {1: ", but the bot has lost as much today as it may."},
    "max_drawdown": {1: ", but the bot has fallen as far from its peak as it may."},
    "max_open_positions": {1: ", but as many positions as this bot allows are open already."},
    "exchange_halted": {1: ", but entries on this exchange are halted."},
    "entitlement": {1: ", but the plan does not allow it."},
    "outside_range": {1: ", but the price is outside the grid's range; it waits for the price to come back."},
    "paused": {1: ", but the bot is paused and buys nothing."},
    "market_too_thin": {1: ", but too little is traded in this market to buy safely."},
    "spread_too_wide": {1: ", but buying and selling prices lie too far apart in this market just now."},
    "halted_by_switch": {1: ", but trading is switched off."},
    "order_pending": {},
}

_EXITS = {
    "stop_loss": "The price fell to the stop loss; the bot sells to limit the loss.",
    "take_profit": "The price reached the target; the bot sells to take the profit.",
    "trailing_stop": "The price fell from its peak to the trailing stop; the bot sells.",
    "risk_exit": "A loss limit of the bot was breached; it sells its position and stops.",
    "manual": "You had the position sold.",
}


_LIMITS = {
    "daily_loss_limit": "It lost as much in one day as its daily loss limit allows.",
    "max_drawdown": "It fell as far from its peak as its drawdown limit allows.",
}
# Outcomes of a bot that only waits; a paused one waits for nothing.
_WAITS = frozenset({"hold", "already_long"})


def describe_decision(action: int, outcome: str, asked: bool = True, paused: bool = False) -> str:
    """A sentence for the signal and what came of it; `asked`: whether the bot has a strategy that gives signals."""
    if outcome == "order_pending":
        return "An order of this bot is still under way; nothing new is decided until it is done."
    if paused and outcome in _WAITS:
        return "The bot is paused: it buys nothing, and watches what it holds."
    if asked:
        return _SIGNAL[action] + _BECAUSE[outcome].get(action, ".")
    return _UNASKED.get(outcome) or "The bot wants to begin" + _BECAUSE[outcome].get(1, ".")


def describe_exit(reason: str) -> str:
    """A sentence for a protective exit."""
    return _EXITS[reason]


def describe_breach(outcome: str, closes: bool, holds: bool) -> str:
    """What happens to a bot that has just reached one of its own limits on losses."""
    if not holds:
        return f"{_LIMITS[outcome]} It stops."
    return f"{_LIMITS[outcome]} It sells its position and stops." if closes else describe_stop(outcome, closes, holds)


def describe_stop(outcome: str, closes: bool, holds: bool) -> str:
    """Why a bot was stopped by its own limits, and what became of its position."""
    if holds:
        return f"{_LIMITS[outcome]} It still holds its position, unwatched."
    return f"{_LIMITS[outcome]} Its position was sold." if closes else _LIMITS[outcome]

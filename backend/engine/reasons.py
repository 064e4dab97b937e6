"""Decisions in plain words: why a bot traded, why it did not, what it is waiting for."""

from backend.trading.records import OUTCOMES

_SIGNAL = {1: "The strategy says buy", -1: "The strategy says sell", 0: "No signal on this candle"}

_BECAUSE = {
    "acted": {1: "; the bot buys.", -1: "; the bot sells its position.", 0: "."},
    "hold": {0: "; the bot waits for the next one."},
    "already_long": {1: ", but the bot already holds a position; it waits to sell it."},
    "nothing_to_sell": {-1: ", but the bot holds nothing; it waits to buy."},
    "balance": {1: ", but the free balance does not cover the amount per trade and its fee."},
    "below_minimum": {1: ", but the order would be smaller than the market accepts."},
    "order_pending": {},
}

_EXITS = {
    "stop_loss": "The price fell to the stop loss; the bot sells to limit the loss.",
    "take_profit": "The price reached the target; the bot sells to take the profit.",
}


def describe_decision(action: int, outcome: str) -> str:
    """A sentence for the signal and what came of it."""
    if outcome == "order_pending":
        return "An order of this bot is still under way; nothing new is decided until it is done."
    return _SIGNAL[action] + _BECAUSE[outcome].get(action, ".")


def describe_exit(reason: str) -> str:
    """A sentence for a protective exit."""
    return _EXITS[reason]


def outcome_name(code: int) -> str:
    """The name of a core's outcome code."""
    return OUTCOMES[code]

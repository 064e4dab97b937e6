"""The names under which orders go to exchanges: the same for the same intention, so that none is sent as two."""

from uuid import UUID, uuid5

_ORDER_NAMESPACE = UUID("5d1f0a52-6f0e-4c53-9a5e-6a8f3f5b1c77")


def client_order_id(bot_id: UUID, symbol: str, occasion: int, purpose: str, part: int = 0) -> str:
    """The same for the same decision, always: sending it twice cannot make two orders. 36 characters.

    `occasion`: the open time of the candle that was decided on (ms), or for an order that rests, the how-manieth of
    its purpose and part it is.
    """
    return str(uuid5(_ORDER_NAMESPACE, f"{bot_id}|{symbol}|{occasion}|{purpose}|{part}"))

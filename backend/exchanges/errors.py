"""What an exchange can answer instead of what was asked, told apart by what to do next."""

from datetime import datetime

from backend.foundation.errors import (
    ApplicationError,
    Conflict,
    DependencyUnavailable,
    FieldError,
    ValidationFailed,
)


class ExchangeProblem(Exception):
    """Base of what goes wrong at an exchange; `reason` is in plain words and holds no secret."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OrderRefused(ExchangeProblem):
    """The exchange said no for good: the order does not exist there and must not be sent again as it is."""


class InsufficientBalance(OrderRefused):
    """The account does not hold enough."""


class MarketUnavailable(OrderRefused):
    """The exchange has no such market, has delisted it, or lets nobody trade there now."""


class BelowMinimum(OrderRefused):
    """The order is smaller than the market's smallest."""


class DuplicateOrder(OrderRefused):
    """The exchange has an order of this id already; whoever placed it again asks for that one."""


class KeyRefused(ExchangeProblem):
    """The exchange does not accept the API key or its signature."""


class OutcomeUnknown(ExchangeProblem):
    """No answer, or one that does not tell: the order may exist. Ask before sending again."""


class ExchangeBusy(ExchangeProblem):
    """The exchange refused for now (rate limit, maintenance); nothing was accepted, and later may work.

    `retry_after`: seconds after which the exchange, or our own share of its limit, takes requests again, if known.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class ExchangeDown(ExchangeBusy):
    """The exchange does not answer a question, or says to one that it is under maintenance."""


class ClockOff(ExchangeBusy):
    """The exchange finds our time off and took nothing."""


class NonceOvertaken(ClockOff):
    """A request with a higher number arrived before this one, which was not taken."""


class ExchangeRefused(ApplicationError):
    """The exchange turned down what the user wanted; its reason in plain words."""

    code = "EXCHANGE_REFUSED"
    status = 422


class KeyCannotBeUsed(ExchangeRefused):
    """An API key that the exchange refuses or that this platform must not hold."""

    def __init__(self, message: str, field: str = "api_key") -> None:
        super().__init__(message, [FieldError(field, message)])


class ExchangeUnreachable(DependencyUnavailable):
    """The exchange does not answer."""

    def __init__(self, exchange: str) -> None:
        super().__init__(f"{exchange} does not answer just now. Nothing was changed; try again in a moment.")


class UnknownExchange(ValidationFailed):
    """No exchange of this name is configured."""

    def __init__(self, exchange: str, known: list[str]) -> None:
        message = f"There is no exchange “{exchange}” here. Choose one of: {', '.join(known)}."
        super().__init__(message, [FieldError("exchange", message)])


class KeyInUse(Conflict):
    """A bot still trades with the key."""

    def __init__(self, bots: int) -> None:
        many = "bots use" if bots > 1 else "bot uses"
        super().__init__(f"{bots} {many} this key. Delete them or give them another key first.")


class KeyFrozen(Conflict):
    """The account's password was reset lately, and whoever did it might not be its owner."""

    code = "KEY_FROZEN"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"The password was reset, so exchange keys are frozen until {until:%Y-%m-%d %H:%M} UTC. A code of your"
            " authenticator ends this earlier, on the page Exchange keys."
        )


class NothingFrozen(Conflict):
    """No key is frozen."""

    def __init__(self) -> None:
        super().__init__("None of your keys is frozen.")

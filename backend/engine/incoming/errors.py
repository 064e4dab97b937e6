"""What can be wrong with a signal from outside."""

from backend.foundation.errors import ApplicationError, Conflict, NotFound, Unauthorized, ValidationFailed


class NoSuchHook(NotFound):
    """No bot takes signals at this address."""

    def __init__(self) -> None:
        super().__init__("No bot takes signals at this address. Copy the address from the bot's page again.")


class SignalNotProven(Unauthorized):
    """Neither the secret nor a signature of it."""

    def __init__(self) -> None:
        super().__init__("The signal does not carry the bot's secret, nor a signature made with it.")


class SignalOutOfTime(ApplicationError):
    """It was made too long ago, or in the future: somebody may be replaying it."""

    code = "SIGNAL_OUT_OF_TIME"
    status = 422


class UnreadableSignal(ValidationFailed):
    """The message says neither buy nor sell, or not when it was made."""


class BotTakesNoSignals(Conflict):
    """The bot decides by itself."""

    def __init__(self) -> None:
        super().__init__("This bot has a strategy of its own. Choose “Signals from outside” for it first.")

"""What can go wrong with a bot, in its own words."""

from backend.foundation.errors import Conflict, FieldError, NotFound, ValidationFailed


class NoSuchBot(NotFound):
    """No bot of this user has the id."""

    def __init__(self) -> None:
        super().__init__("You have no bot with this id.")


class NameTaken(Conflict):
    """The user already has a bot of this name."""

    def __init__(self) -> None:
        message = "You already have a bot with this name."
        super().__init__(message, [FieldError("name", message)])


class BotIsRunning(Conflict):
    """It has to be stopped first."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"The bot is running. Stop it first, then {wanted}.")


class BotIsNotWatched(Conflict):
    """It has to be started first."""

    def __init__(self) -> None:
        super().__init__("The bot is not running. Start it first.")


class PositionBindsSettings(Conflict):
    """Settings that an open position is made of."""

    def __init__(self, names: list[str]) -> None:
        message = "The bot holds a position; close it first, then change this."
        super().__init__(message, [FieldError(name, message) for name in names])


class BotHoldsPosition(Conflict):
    """It still holds something that was bought."""

    def __init__(self) -> None:
        super().__init__("The bot still holds a position. Let it close the position before you delete the bot.")


class OrderUnderWay(Conflict):
    """An order may still fill, and what it fills would belong to another bot than the one that sent it."""

    def __init__(self, wanted: str, names: list[str] | None = None) -> None:
        message = f"An order of this bot is still under way. Wait until it is done, then {wanted}."
        super().__init__(message, [FieldError(name, message) for name in names or []])


class UnusableConfiguration(ValidationFailed):
    """Fields that are each fine but cannot be used together, or that name something unknown."""

    def __init__(self, details: list[FieldError]) -> None:
        super().__init__("The bot cannot be set up like this; see the details.", details)

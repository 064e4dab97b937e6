"""What can go wrong with backtests, in the business's words."""

from backend.foundation.errors import Conflict, FieldError, NotFound, ValidationFailed


class NoSuchBacktest(NotFound):
    """There is none, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__("There is no such backtest.")


class NoSuchOptimization(NotFound):
    """There is none, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__("There is no such optimisation.")


class UnusableBacktest(ValidationFailed):
    """The settings cannot be run."""

    def __init__(self, details: list[FieldError]) -> None:
        message = details[0].message if len(details) == 1 else "Some settings cannot be run; see the details."
        super().__init__(message, details)


class AlreadyOver(Conflict):
    """What is over cannot be canceled."""

    def __init__(self, what: str, status: str) -> None:
        words = {"canceled": "was canceled already", "failed": "has failed", "completed": "is complete"}[status]
        super().__init__(f"This {what} {words}; there is nothing to cancel.")


class NotFinished(Conflict):
    """There is no result yet, or none will come."""

    def __init__(self, what: str, status: str) -> None:
        words = {
            "queued": "is still waiting for its turn",
            "running": "is still running",
            "failed": "failed, so it has no result",
            "canceled": "was canceled, so it has no result",
        }[status]
        super().__init__(f"This {what} {words}.")

"""What can go wrong with an account, in its own words."""

from backend.foundation.errors import Conflict, FieldError, Forbidden, Unauthorized, ValidationFailed


class WrongCredentials(Unauthorized):
    """Unknown e-mail or wrong password; deliberately not told which."""

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is not right.")


class AlreadyTaken(Conflict):
    """Somebody has this e-mail address or username."""

    def __init__(self, field: str) -> None:
        words = {"email": "e-mail address", "username": "username"}[field]
        super().__init__(f"This {words} is already taken.", [FieldError(field, f"This {words} is already taken.")])


class NoSession(Unauthorized):
    """There is no living login behind the refresh cookie."""

    def __init__(self, message: str = "You are not logged in. Log in to go on.") -> None:
        super().__init__(message)


class WrongPassword(ValidationFailed):
    """The present password was asked for, to be sure who asks, and it is another."""

    def __init__(self, field: str = "current_password") -> None:
        super().__init__(
            "This is not your present password.", [FieldError(field, "This is not your present password.")]
        )


class ForeignOrigin(Forbidden):
    """Another site has this browser send its cookie."""

    def __init__(self) -> None:
        super().__init__("This request came from another site. Open Tradefleet itself to go on.")

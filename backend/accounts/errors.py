"""What can go wrong with an account, in its own words."""

from backend.foundation.errors import (
    Conflict,
    DependencyUnavailable,
    FieldError,
    Forbidden,
    Unauthorized,
    ValidationFailed,
)


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


class LinkNotGood(ValidationFailed):
    """The token of a letter's link is unknown, spent or too old; deliberately not told which."""

    def __init__(self) -> None:
        message = "This link is not good any more: it was used, is too old, or a newer one was sent. Ask for another."
        super().__init__(message, [FieldError("token", message)])


class EmailNotVerified(Forbidden):
    """What touches real money needs an address that is known to be the user's."""

    code = "EMAIL_NOT_VERIFIED"

    def __init__(self) -> None:
        super().__init__(
            "Verify your e-mail address first, with the link in our letter; your profile sends another. Until then you"
            " can trade on paper."
        )


class SendsNoMail(DependencyUnavailable):
    """The operator has set up no mail server."""

    def __init__(self) -> None:
        super().__init__(
            "This server sends no e-mail (MAIL_SERVER is not set). Its operator can set a new password for you."
        )


class WrongCode(ValidationFailed):
    """A code of the authenticator, or a recovery code, that is not right or was used before."""

    def __init__(self) -> None:
        message = (
            "This code is not right, or it was used before. Take the one that your authenticator shows now, or a"
            " recovery code."
        )
        super().__init__(message, [FieldError("code", message)])


class BreachedPassword(ValidationFailed):
    """A password that is tried first by whoever guesses."""

    def __init__(self, field: str) -> None:
        message = (
            "This password is known from breaches of other sites, or much like one that is; it is among the first"
            " that are tried. Choose another."
        )
        super().__init__(message, [FieldError(field, message)])

"""What can go wrong in administration, in its own words."""

from backend.foundation.errors import Conflict, NotFound


class NoSuchUser(NotFound):
    """There is no account with this id."""

    def __init__(self) -> None:
        super().__init__("There is no account with this id.")


class OwnAccount(Conflict):
    """Nobody changes their own role, nor locks themselves out."""

    def __init__(self) -> None:
        super().__init__("This is your own account. Have another administrator change it.")


class LastAdministrator(Conflict):
    """Somebody has to be able to undo it."""

    def __init__(self) -> None:
        super().__init__("This is the last active administrator. Make somebody else one first.")


class DeletedAccount(Conflict):
    """Its owner has deleted it; nobody brings it back."""

    def __init__(self) -> None:
        super().__init__("Its owner has deleted this account. Nothing of it can be changed any more.")

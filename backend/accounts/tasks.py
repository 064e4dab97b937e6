"""Tasks of accounts: the letters."""

from uuid import UUID

from celery import shared_task

from backend.accounts.letters import forget_old_letters, send_letter, send_waiting
from backend.foundation.celery import PlatformTask


@shared_task(bind=True, name="accounts.send_letter")
def send_one(self: PlatformTask, letter_id: str) -> None:
    """Send one letter; asked as soon as it is written."""
    send_letter(self.platform, UUID(letter_id))


@shared_task(bind=True, name="accounts.send_waiting_letters")
def send_those_waiting(self: PlatformTask) -> None:
    """Try again what could not be sent; asked by beat."""
    send_waiting(self.platform)


@shared_task(bind=True, name="accounts.forget_old_letters")
def forget(self: PlatformTask) -> None:
    """Delete letters of long ago; asked by beat."""
    forget_old_letters(self.platform)

"""Tasks of operations: erasing what deleted accounts held."""

from celery import shared_task

from backend.foundation.celery import PlatformTask
from backend.operations.erasure import erase_accounts
from backend.tables import metadata


@shared_task(bind=True, name="operations.erase_accounts")
def erase(self: PlatformTask) -> None:
    """Erase what deleted accounts held; asked after a deletion and by beat."""
    erase_accounts(self.platform, metadata)

"""Whether a password is known from breaches: by a list, and by a public service that sees no password."""

import hashlib
import http.client
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from zxcvbn import zxcvbn

from backend.config import Settings
from backend.foundation.clock import Clock

log = structlog.get_logger(__name__)

_TIMEOUT_SECONDS = 1.5
_asking = ThreadPoolExecutor(4, "breached-passwords")
_ASKED_AGAIN_AFTER = timedelta(minutes=5)
_LARGEST_ANSWER = 512 * 1024
_FEWEST_GUESSES = 100_000
"""Who guesses by lists of common passwords and their usual changes comes this far in seconds."""
_LONGEST_LOOKED_AT = 72


class BreachedPasswords:
    """Asks the range service of Have I Been Pwned, which learns five digits of a SHA-1 and never the password.

    A service that does not answer is left alone for five minutes, and nobody waits for it then.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._url = settings.pwned_passwords_url
        self._clock = clock
        self._resting_until: datetime | None = None
        self._lock = threading.Lock()

    def know(self, password: str) -> bool:
        """Whether the password should not be taken, because it is among those that are tried first."""
        if _is_common(password):
            return True
        if self._url is None or self._is_resting():
            return False
        # The service's protocol is by SHA-1; nothing is kept of it.
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        try:
            # A name server that does not answer knows no time limit of its own.
            return digest[5:] in _asking.submit(self._suffixes, digest[:5]).result(_TIMEOUT_SECONDS)
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            log.warning("breached_passwords_not_asked", error=type(error).__name__)
            with self._lock:
                self._resting_until = self._clock.now() + _ASKED_AGAIN_AFTER
            return False

    def _is_resting(self) -> bool:
        with self._lock:
            return self._resting_until is not None and self._clock.now() < self._resting_until

    def _suffixes(self, prefix: str) -> frozenset[str]:
        # Padding hides from onlookers by the answer's length which part was asked for.
        request = urllib.request.Request(  # noqa: S310 - the operator's own setting
            f"{self._url}{prefix}", headers={"Add-Padding": "true", "User-Agent": "Tradefleet"}
        )
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            lines = answer.read(_LARGEST_ANSWER).decode("ascii").splitlines()
        counted = (line.partition(":") for line in lines)
        return frozenset(suffix for suffix, _, count in counted if int(count) > 0)


def _is_common(password: str) -> bool:
    return bool(zxcvbn(password[:_LONGEST_LOOKED_AT])["guesses"] < _FEWEST_GUESSES)

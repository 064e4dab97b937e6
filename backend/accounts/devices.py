"""Where users log in from: their devices, by the words of their users, and which of them are new."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.accounts.models import UserSession

_REMEMBERED = timedelta(days=90)

# In the order in which they hide in each other's names.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Caller:
    """Where a request comes from, as far as it tells; `device` is what its browser's cookie remembers."""

    ip_address: str | None
    user_agent: str | None
    device: str | None = None

    @property
    def device_hash(self) -> str | None:
        """What is stored of the cookie."""
        return hashlib.sha256(self.device.encode()).hexdigest() if self.device else None


def new_device_mark() -> str:
    """What a browser that logs in for the first time is given to remember."""
    return secrets.token_urlsafe(24)


def is_new_device(session: Session, now: datetime, user_id: UUID, caller: Caller) -> bool:
    """Whether nobody has logged into the account from it lately; the first login of all is not news.

    A browser is known by its cookie, a script by its address and what it calls itself.
    """
    rows = session.scalars(
        select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.created_at.desc()).limit(1)
    ).all()
    if not rows:
        return False
    same_script = (UserSession.ip_address == caller.ip_address) & (UserSession.user_agent == caller.user_agent)
    same_browser = UserSession.device_hash == caller.device_hash
    known = session.scalar(
        select(UserSession.id)
        .where(
            UserSession.user_id == user_id,
            UserSession.created_at > now - _REMEMBERED,
            or_(same_script, same_browser) if caller.device_hash else same_script,
        )
        .limit(1)
    )
    return known is None


def device_words(user_agent: str | None) -> str:
    """A browser and its system, in the words of their users."""
    if not user_agent:
        return "Unknown device"
    browser = next((words for mark, words in _BROWSERS if mark in user_agent), None)
    system = next((words for mark, words in _SYSTEMS if mark in user_agent), None)
    if browser is None:
        # Scripts name themselves first: curl/8.5, python-requests/2.31.
        return user_agent.split()[0].replace("/", " ")[:40]
    return f"{browser} on {system}" if system else browser

"""What the letters say: subject and sentences of each kind, as plain text and as a simple page."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from backend.foundation.mail import Mail


@dataclass(frozen=True)
class _Draft:
    """A letter's words; `{names}` in braces come from its details. `button` is the words of its link."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str | None = None
    path: str | None = None
    purpose: str | None = None


_NOT_YOU = (
    "If this was not you, set a new password at once ({page_url}/forgot-password), end all logins in your profile, and"
    " look at your exchange keys."
)

_DRAFTS: dict[str, _Draft] = {
    "verify_email": _Draft(
        "Verify your e-mail address",
        (
            "Welcome to Tradefleet, {username}. Please confirm that this address is yours.",
            "Until then your bots trade on paper only. The link is good for three days.",
            "If you did not sign up, ignore this letter; nobody can use your address without the link.",
        ),
        "Verify this address",
        "verify-email",
        "verify_email",
    ),
    "change_email": _Draft(
        "Confirm your new e-mail address",
        (
            "You want to use this address for your Tradefleet account {username}.",
            "Confirm it with the link, which is good for 24 hours. Until then your old address stays.",
            "If you did not ask for this, ignore this letter.",
        ),
        "Use this address",
        "verify-email",
        "change_email",
    ),
    "reset_password": _Draft(
        "Set a new password",
        (
            "Somebody asked for a new password for the Tradefleet account {username}. The link is good for one hour and"
            " once.",
            "After a new password every login ends, and exchange keys are frozen for 24 hours: bots that trade with"
            " them stop buying, what they hold stays watched.",
            "If you did not ask for this, ignore this letter; your password stays as it is.",
        ),
        "Set a new password",
        "reset-password",
        "reset_password",
    ),
    "new_login": _Draft(
        "New login to your account",
        ("Somebody logged into your account {username} with {device} from {ip_address}, at {moment}.", _NOT_YOU),
    ),
    "password_changed": _Draft(
        "Your password was changed",
        ("The password of your account {username} was changed at {moment}. All other logins have ended.", _NOT_YOU),
    ),
    "password_reset": _Draft(
        "Your password was reset",
        (
            "The password of your account {username} was set anew by the link of a letter, at {moment}. Every login"
            " has ended.",
            "{keys}",
            _NOT_YOU,
        ),
    ),
    "email_changing": _Draft(
        "Your e-mail address is about to change",
        (
            "Somebody wants to use {new_email} for your account {username}. It changes when the letter sent there is"
            " confirmed.",
            _NOT_YOU,
        ),
    ),
    "email_changed": _Draft(
        "Your e-mail address was changed",
        ("Your account {username} uses {new_email} from now on; this address does not log in any more.", _NOT_YOU),
    ),
    "mfa_enabled": _Draft(
        "Second factor turned on",
        ("Logging into your account {username} asks for a code of your authenticator from now on.", _NOT_YOU),
    ),
    "mfa_disabled": _Draft(
        "Second factor turned off",
        ("Logging into your account {username} asks for your password alone from now on.", _NOT_YOU),
    ),
    "recovery_code_used": _Draft(
        "A recovery code was used",
        (
            "A recovery code of your account {username} was used at {moment}; {left} are left. Make new ones in your"
            " profile when few are left.",
            _NOT_YOU,
        ),
    ),
    "account_deleted": _Draft(
        "Your account was deleted",
        (
            "Your account {username} and everything in it was deleted at {moment}, as you wished. Please delete the"
            " API keys at your exchanges as well.",
        ),
    ),
}


LINK_KINDS = tuple(kind for kind, draft in _DRAFTS.items() if draft.purpose)
"""The letters that have a link."""


def purpose_of(kind: str) -> str | None:
    """What the letter's link is for; None for a letter without one."""
    return _DRAFTS[kind].purpose


def compose(kind: str, recipient: str, details: Mapping[str, Any], page_url: str, token: str | None) -> Mail:
    """The mail of a letter; `token` is its link's."""
    draft = _DRAFTS[kind]
    words = {**details, "page_url": page_url}
    paragraphs = [line for line in (paragraph.format_map(words) for paragraph in draft.paragraphs) if line]
    # Behind the #, so that the token is not in the logs of any server on the way.
    address = f"{page_url}/{draft.path}#token={token}" if draft.path else None
    text = "\n\n".join([paragraphs[0], *([address] if address else []), *paragraphs[1:], f"Tradefleet\n{page_url}"])
    return Mail(recipient, f"Tradefleet: {draft.subject}", f"{text}\n", _page(draft, paragraphs, address))


def _page(draft: _Draft, paragraphs: list[str], address: str | None) -> str:
    button = (
        f'<p style="margin:24px 0"><a href="{escape(address)}" style="background:#2563eb;color:#fff;padding:12px 20px;'
        f'border-radius:6px;text-decoration:none">{escape(draft.button or "")}</a></p>'
        f'<p style="font-size:13px;color:#555">Or open: {escape(address)}</p>'
        if address
        else ""
    )
    first, *others = (f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        '<!doctype html><html lang="en"><body style="font-family:system-ui,sans-serif;line-height:1.5;color:#1a1a1a;'
        f'max-width:560px;margin:24px auto;padding:0 16px"><h1 style="font-size:20px">{escape(draft.subject)}</h1>'
        f'{first}{button}{"".join(others)}<p style="font-size:13px;color:#555">Tradefleet</p></body></html>'
    )

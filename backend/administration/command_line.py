"""The operator's commands about accounts: administrators, forgotten passwords; `backend.cli` gives them services."""

import os
import re

import click
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.accounts.authentication import end_access
from backend.accounts.commands import create_account
from backend.accounts.models import User
from backend.accounts.password_reset import set_by_operator
from backend.accounts.schemas import RegistrationSchema
from backend.administration.trail import note_action
from backend.foundation.clock import Clock
from backend.foundation.errors import ApplicationError, Conflict, NotFound, ValidationFailed
from backend.foundation.migration import migrate
from backend.foundation.platform import owner_url
from backend.foundation.requests import platform
from backend.foundation.rest import load


@click.argument("email")
@click.option("--username", help="How the account is called; the part before the @ if left out.")
@click.option("--promote", is_flag=True, help="Make an administrator of the account that has this address already.")
def create_admin(email: str, username: str | None, promote: bool) -> None:
    """Create an account with the role admin; its password is asked for, or taken from ADMIN_PASSWORD."""
    settings, clock = platform().settings, platform().clock
    migrate(settings, owner_url(settings))
    if promote and username:
        raise click.UsageError("--promote takes an account as it is; leave --username out.")
    password = None if promote else _password()
    with platform().database.across_tenants("the operator makes an administrator") as session:
        if password is None:
            user = promoted(session, clock, email)
        else:
            user = created(session, clock, email, username or _username_of(email), password)
    click.echo(f"{user.email} ({user.username}) is an administrator.")


@click.argument("email")
def set_password(email: str) -> None:
    """Set a new password for a user who forgot it; asked for, or taken from NEW_PASSWORD. Ends every login."""
    password = os.environ.get("NEW_PASSWORD") or click.prompt("New password", hide_input=True, confirmation_prompt=True)
    after = current_app.extensions["after_password_reset"]
    with platform().database.across_tenants("the operator sets a password") as session:
        ended = set_by_operator(session, platform().clock, email, password, after)
    end_access(ended)
    click.echo(f"The password of {email} is set; {len(ended)} logins have ended, exchange keys are frozen for a day.")


def created(session: Session, clock: Clock, email: str, username: str, password: str) -> User:
    """A new account with the role. Raises ApplicationError, its message naming every problem."""
    try:
        data = load(RegistrationSchema(), {"email": email, "username": username, "password": password})
        user = create_account(session, clock, data)
    except ValidationFailed as error:
        problems = " ".join(f"{detail.field}: {detail.message}" for detail in error.details)
        raise ApplicationError(problems or error.message) from None
    # Who runs the platform vouches for the address.
    user.role, user.email_verified = "admin", True
    session.flush()
    note_action(session, clock, None, user.id, "changed_user", user.id, {"role": ["user", "admin"]})
    return user


def promoted(session: Session, clock: Clock, email: str) -> User:
    """The account of this address, with the role. Raises NotFound and Conflict."""
    user = session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()).with_for_update())
    if user is None:
        raise NotFound(f"There is no account with the address {email}. Without --promote, one is created.")
    if not user.is_active:
        raise Conflict(f"{user.email} is deactivated. Activate the account first.")
    if user.role == "admin":
        raise Conflict(f"{user.email} is an administrator already.")
    before, user.role = user.role, "admin"
    session.flush()
    note_action(session, clock, None, user.id, "changed_user", user.id, {"role": [before, "admin"]})
    return user


def _password() -> str:
    given = os.environ.get("ADMIN_PASSWORD")
    if given:
        return given
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt="Password, once more")
    return asked


def _username_of(email: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", email.partition("@")[0])[:30]

"""Two at one instant, in real transactions of their own: whoever comes second sees what the first has done."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text

from backend.accounts import commands
from backend.accounts.deletion import DeletionWish, delete_account
from backend.accounts.devices import Caller
from backend.accounts.errors import NoSession
from backend.accounts.links import make_link
from backend.accounts.models import User
from backend.accounts.password_reset import reset_password
from backend.bots.commands import freeze_live_trading, resume_bot
from backend.bots.models import TradingBot
from backend.foundation.clock import FixedClock
from backend.foundation.database import Database
from backend.foundation.errors import Conflict
from backend.foundation.platform import Platform
from backend.foundation.waiting import wait_until
from backend.tests.accounts.conftest import NEW_PASSWORD
from backend.tests.factories import PASSWORD, Factory

LIFETIME = timedelta(days=7)
THIEF = Caller("203.0.113.6", "thief")
_PATIENCE = 30.0


@pytest.fixture
def real(platform: Platform) -> Iterator[Platform]:
    """The plugs with connections of their own, which commit; what was made is deleted afterwards."""
    assert platform.settings.database_url
    database = Database.connect(platform.settings, platform.settings.database_url)
    with database.across_tenants("test: who is there already") as session:
        before = set(session.scalars(select(User.id)).all())
    yield replace(platform, database=database)
    with database.across_tenants("test: clean up") as session:
        made = User.id.not_in(before) if before else text("true")
        session.execute(delete(TradingBot).where(TradingBot.user_id.in_(select(User.id).where(made))))
        session.execute(delete(User).where(made))
    database.dispose()


@pytest.fixture
def make_real(real: Platform) -> Factory:
    """Makes what is there for all connections."""
    return Factory(real)


def meanwhile(real: Platform, first: Callable[[], None], second: Callable[[], None]) -> list[BaseException]:
    """Run `second` in a thread of its own; `first` ends once the other waits for it. Returns what `second` raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            second()
        except Exception as error:  # noqa: BLE001 - handed to the test
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert wait_until(lambda: not thread.is_alive() or _somebody_waits(real), _PATIENCE), "nobody waits"
    first()
    thread.join(_PATIENCE)
    assert not thread.is_alive()
    return raised


def _somebody_waits(real: Platform) -> bool:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with real.database.across_tenants("test: who waits") as session:
        return bool(session.scalar(waiting))


def test_a_login_that_is_renewed_while_the_password_is_reset_ends_all_the_same(
    real: Platform, make_real: Factory, clock: FixedClock
) -> None:
    user = make_real.user()
    with real.database.across_tenants("test") as session:
        login = commands.begin_login(session, clock, session.get_one(User, user.id), THIEF, LIFETIME)
        token = make_link(session, clock, user.id, "reset_password", user.email)

    def reset() -> None:
        with real.database.across_tenants("test") as session:
            reset_password(session, clock, token, NEW_PASSWORD, ())

    with real.database.across_tenants("test") as thiefs:
        renewed = commands.refresh(thiefs, clock, login.refresh_token, THIEF, LIFETIME)
        assert isinstance(renewed, commands.Login)
        assert meanwhile(real, thiefs.commit, reset) == []
    with real.database.across_tenants("test") as session:
        assert not isinstance(commands.refresh(session, clock, renewed.refresh_token, THIEF, LIFETIME), commands.Login)
        with pytest.raises(NoSession):
            commands.refresh(session, clock, "unknown", THIEF, LIFETIME)


def test_a_bot_that_is_resumed_while_its_key_is_frozen_is_paused(
    real: Platform, make_real: Factory, clock: FixedClock
) -> None:
    user = make_real.user()
    key = make_real.api_key(user.id)
    bot = make_real.bot(user.id, is_paper_trading=False, api_key_id=key.id, status="paused")

    def freeze() -> None:
        with real.database.across_tenants("test") as session:
            freeze_live_trading(session, clock, user.id)

    with real.database.as_tenant(user.id) as owners:
        resume_bot(owners, clock, user.id, bot.id)
        assert meanwhile(real, owners.commit, freeze) == []
    with real.database.across_tenants("test") as session:
        assert session.scalar(select(TradingBot.status).where(TradingBot.id == bot.id)) == "paused"


def test_of_two_last_administrators_one_stays(real: Platform, make_real: Factory, clock: FixedClock) -> None:
    one, other = make_real.user(role="admin"), make_real.user(role="admin")

    def leave(user: User) -> None:
        with real.database.across_tenants("test") as session:
            delete_account(session, clock, real.vault, user.id, DeletionWish(user.username, PASSWORD, None, False), ())

    with real.database.across_tenants("test") as ones:
        delete_account(ones, clock, real.vault, one.id, DeletionWish(one.username, PASSWORD, None, False), ())
        (raised,) = meanwhile(real, ones.commit, lambda: leave(other))
    assert isinstance(raised, Conflict)
    with real.database.across_tenants("test") as session:
        administrators = select(User.id).where(User.role == "admin", User.is_active)
        assert session.scalars(administrators).all() == [other.id]

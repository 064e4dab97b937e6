"""What tests of lists share."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from backend.accounts.models import User
from backend.bots.models import TradingBot
from backend.foundation.platform import Platform
from backend.tests.factories import Factory
from backend.tests.foundation.paged_lists import Reader
from backend.tests.operations.test_query_counts import fill


@pytest.fixture
def reader(client: FlaskClient, platform: Platform, make: Factory) -> Reader:
    """An administrator with thirty bots, each with a position, an order, a trade, a decision and a difference."""
    user = fill(platform, make)
    with platform.database.across_tenants("test") as session:
        session.execute(update(User).where(User.id == user.id).values(role="admin"))
        bot_id = session.scalars(
            select(TradingBot.id).where(TradingBot.user_id == user.id, TradingBot.name == "Bot 7")
        ).one()
    return Reader(client, make, user, str(bot_id))

"""Those who run the platform, and somebody they look at."""

import pytest

from backend.accounts.models import User
from backend.tests.factories import Factory


@pytest.fixture
def admin(make: Factory) -> dict[str, str]:
    """The headers of an administrator."""
    return make.headers(make.user(role="admin"))


@pytest.fixture
def support(make: Factory) -> dict[str, str]:
    """The headers of somebody from support."""
    return make.headers(make.user(role="support"))


@pytest.fixture
def user(make: Factory) -> User:
    """An ordinary user."""
    return make.user()

"""The exchanges there are, and how one is looked up."""

from backend.config import Settings
from backend.exchanges.errors import UnknownExchange
from backend.exchanges.venue import Venue
from backend.exchanges.venue_table import ALL

VENUES: dict[str, Venue] = {venue.id: venue for venue in ALL}
"""By ccxt's id; `extra_exchanges.register` adds what EXTRA_EXCHANGES names."""


_SANDBOX_GUIDE = (
    "This address is the sandbox exchange: real protocol, play money, no risk.",
    "Open the sandbox's page and press Create an API key. It comes with a play balance.",
    "Copy the API key and the secret into the form. The secret is shown only once.",
)


def venue_of(exchange: str) -> Venue:
    """The venue of this id. Raises UnknownExchange."""
    venue = VENUES.get(exchange)
    if venue is None:
        raise UnknownExchange(exchange, sorted(VENUES))
    return venue


def is_sandbox(settings: Settings, exchange: str) -> bool:
    """Whether the exchange's address is overridden by EXCHANGE_URLS to the sandbox's."""
    override = settings.exchange_urls.get(exchange)
    return bool(override and settings.sandbox_url and override.startswith(settings.sandbox_url))


def key_guide(settings: Settings, venue: Venue) -> tuple[str, tuple[str, ...]]:
    """Where a key is made and the steps to it."""
    if is_sandbox(settings, venue.id):
        return f"{settings.sandbox_url}/", _SANDBOX_GUIDE
    return venue.key_page_url, venue.key_guide

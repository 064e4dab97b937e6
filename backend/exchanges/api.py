"""Routes of exchanges: /exchanges and /api-keys."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from flask import current_app
from flask_restx import Namespace
from sqlalchemy.orm import Session

from backend.accounts.authentication import authenticated
from backend.exchanges import commands, queries
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.models import ApiKey
from backend.exchanges.nouns import Market
from backend.exchanges.schemas import (
    ApiKeySchema,
    ExchangeSchema,
    KeyConfirmationSchema,
    MarketSchema,
    NewApiKeySchema,
)
from backend.foundation.pagination import Page, paginate
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import (
    ApiResource,
    answers,
    answers_nothing,
    answers_page,
    expects,
    expects_arguments,
)
from backend.foundation.schemas import PageArguments

exchanges = Namespace("exchanges", description="The exchanges there are, and their markets")
api_keys = Namespace("api-keys", description="The user's keys at exchanges; encrypted, never shown again")

KeyUsage = Callable[[Session, UUID], int]
"""Counts what still uses a key; registered in `app.py` by the feature that uses keys."""


@exchanges.route("")
class Exchanges(ApiResource):
    """All exchanges."""

    @authenticated("market:read")
    @answers(ExchangeSchema, many=True)
    def get(self) -> list[dict[str, Any]]:
        """The exchanges that bots can trade on, each with the guide to its keys."""
        return queries.describe_venues(platform().settings)


@exchanges.route("/<string:exchange_id>/markets")
class Markets(ApiResource):
    """One exchange's markets."""

    @authenticated("market:read")
    @answers(MarketSchema, many=True)
    def get(self, exchange_id: str) -> list[Market]:
        """The exchange's open spot markets with their filters."""
        return queries.markets_of(platform().settings, exchange_id)


@api_keys.route("")
class ApiKeys(ApiResource):
    """The user's keys."""

    @authenticated("keys:read")
    @expects_arguments(PageArguments)
    @answers_page(ApiKeySchema)
    def get(self, arguments: dict[str, Any]) -> Page[ApiKey]:
        """The user's keys, newest first."""
        statement = queries.own_keys(tenant()).order_by(ApiKey.created_at.desc(), ApiKey.id.desc())
        return paginate(request_session(), statement, **arguments)

    @authenticated("keys:write")
    @expects(NewApiKeySchema)
    @answers(ApiKeySchema, status=201)
    def post(self, data: dict[str, Any]) -> ApiKey:
        """Add a key; it is tested at the exchange and refused when it can withdraw."""
        plugs = platform()
        access = ExchangeAccess.of(plugs)
        return commands.add_key(request_session(), plugs.clock, plugs.vault, access, tenant(), data)


@api_keys.route("/<uuid:key_id>")
class OneApiKey(ApiResource):
    """One key."""

    @authenticated("keys:write")
    @answers_nothing
    def delete(self, key_id: UUID) -> None:
        """Delete the key and its secrets."""
        session = request_session()
        usage = cast(KeyUsage, current_app.extensions["key_usage"])
        commands.delete_key(session, platform().clock, tenant(), key_id, usage(session, key_id))


@api_keys.route("/<uuid:key_id>/test")
class TestApiKey(ApiResource):
    """Testing a key."""

    @authenticated("keys:write")
    @answers(ApiKeySchema)
    def post(self, key_id: UUID) -> ApiKey:
        """Ask the exchange whether the key is still good."""
        plugs = platform()
        access = ExchangeAccess.of(plugs)
        return commands.test_key(request_session(), plugs.clock, plugs.vault, access, tenant(), key_id)


@api_keys.route("/<uuid:key_id>/confirm")
class ConfirmApiKey(ApiResource):
    """Confirming a key of which the exchange does not tell what it may do."""

    @authenticated("keys:write")
    @expects(KeyConfirmationSchema)
    @answers(ApiKeySchema)
    def post(self, key_id: UUID, data: dict[str, Any]) -> ApiKey:
        """Confirm in words that the key cannot withdraw; from then on bots may trade with it."""
        words = data["confirm_no_withdrawal"]
        return commands.confirm_key(request_session(), platform().clock, tenant(), key_id, words)

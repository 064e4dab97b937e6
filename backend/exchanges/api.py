"""Routes of exchanges: /exchanges and /api-keys."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from flask import current_app
from flask_restx import Namespace
from sqlalchemy.orm import Session

from backend.accounts.authentication import authenticated
from backend.accounts.emails import require_verified
from backend.accounts.schemas import CodeSchema
from backend.accounts.scopes import LOGIN_ONLY
from backend.exchanges import commands, queries
from backend.exchanges.access import ExchangeAccess
from backend.exchanges.freezing import thaw_keys
from backend.exchanges.models import ApiKey
from backend.exchanges.nouns import Market
from backend.exchanges.schemas import (
    ApiKeySchema,
    ExchangeSchema,
    KeyConfirmationSchema,
    KeyListArguments,
    KeyRotationSchema,
    MarketSchema,
    NewApiKeySchema,
)
from backend.foundation.pagination import Page
from backend.foundation.rate_limits import limited
from backend.foundation.requests import platform, request_session, tenant
from backend.foundation.rest import (
    ApiResource,
    answers,
    answers_nothing,
    answers_page,
    expects,
    expects_arguments,
    may_refuse,
)

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
    @may_refuse(422)
    @answers(MarketSchema, many=True)
    def get(self, exchange_id: str) -> list[Market]:
        """The exchange's open spot markets with their filters."""
        return queries.markets_of(platform().settings, exchange_id)


@api_keys.route("")
class ApiKeys(ApiResource):
    """The user's keys."""

    @authenticated("keys:read")
    @expects_arguments(KeyListArguments)
    @answers_page(ApiKeySchema)
    def get(self, arguments: dict[str, Any]) -> Page[ApiKey]:
        """The user's keys, newest first unless sorted otherwise."""
        return queries.page_of_keys(request_session(), tenant(), arguments)

    @authenticated("keys:write")
    @expects(NewApiKeySchema)
    @answers(ApiKeySchema, status=201)
    def post(self, data: dict[str, Any]) -> ApiKey:
        """Add a key; it is tested at the exchange and refused when it can withdraw."""
        plugs = platform()
        require_verified(request_session(), plugs.settings, tenant())
        access = ExchangeAccess.of(plugs)
        return commands.add_key(request_session(), plugs.clock, plugs.vault, access, tenant(), data)


@api_keys.route("/unfreeze")
class UnfreezeApiKeys(ApiResource):
    """Keys that are frozen after a password reset."""

    @authenticated(LOGIN_ONLY)
    @limited("auth")
    @expects(CodeSchema)
    @answers_nothing
    def post(self, data: dict[str, Any]) -> None:
        """End the freeze, by a code of an authenticator that was set up before the reset."""
        plugs = platform()
        thaw_keys(request_session(), plugs.clock, plugs.vault, tenant(), data["code"])


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
    @may_refuse(422)
    @answers(ApiKeySchema)
    def post(self, key_id: UUID) -> ApiKey:
        """Ask the exchange whether the key is still good."""
        plugs = platform()
        access = ExchangeAccess.of(plugs)
        return commands.test_key(request_session(), plugs.clock, plugs.vault, access, tenant(), key_id)


@api_keys.route("/<uuid:key_id>/rotate")
class RotateApiKey(ApiResource):
    """Another key in a key's place."""

    @authenticated("keys:write")
    @expects(KeyRotationSchema)
    @answers(ApiKeySchema)
    def post(self, key_id: UUID, data: dict[str, Any]) -> ApiKey:
        """Replace the key by another one of the same account; it is tested first, and its bots go on with it."""
        plugs = platform()
        require_verified(request_session(), plugs.settings, tenant())
        # What is under way was sent with the old key, and is asked for with it.
        cast(KeyUsage, current_app.extensions["key_usage"])(request_session(), key_id)
        access = ExchangeAccess.of(plugs)
        return commands.rotate_key(request_session(), plugs.clock, plugs.vault, access, tenant(), key_id, data)


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

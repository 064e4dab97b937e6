"""Routes about everybody's accounts, bots and orders, under /admin."""

from typing import Any
from uuid import UUID

from flask_restx import Namespace

from backend.accounts.authentication import access_tokens, authenticated
from backend.administration import commands, people, records
from backend.administration.schemas import (
    AllBotsArguments,
    AllDriftsArguments,
    AllOrdersArguments,
    BotWithOwnerSchema,
    DriftWithOwnerSchema,
    OrderWithOwnerSchema,
    StopReasonSchema,
    UserAdministrationSchema,
    UserDetailsSchema,
    UserListArguments,
    UserRowSchema,
)
from backend.administration.sessions import session_across_tenants
from backend.administration.trail import note_action
from backend.foundation.pagination import Page
from backend.foundation.requests import platform, tenant
from backend.foundation.rest import ApiResource, answers, answers_page, expects, expects_arguments

administration = Namespace("admin", description="What support and administrators see and do, across all users")


@administration.route("/users")
class Users(ApiResource):
    """Everybody's accounts."""

    @authenticated("admin:read")
    @expects_arguments(UserListArguments)
    @answers_page(UserRowSchema)
    def get(self, arguments: dict[str, Any]) -> Page[dict[str, Any]]:
        """Accounts, newest first unless sorted otherwise."""
        return people.users_page(session_across_tenants("accounts"), arguments)


@administration.route("/users/<uuid:user_id>")
class OneUser(ApiResource):
    """Somebody's account."""

    @authenticated("admin:read")
    @answers(UserDetailsSchema)
    def get(self, user_id: UUID) -> dict[str, Any]:
        """The account with its bots and keys, never what is in a key; that it was looked at is noted in both logs."""
        session, clock = session_across_tenants("one account"), platform().clock
        details = people.user_details(session, clock.now(), user_id)
        note_action(session, clock, tenant(), user_id, "viewed_user", user_id)
        return details

    @authenticated("admin:write")
    @expects(UserAdministrationSchema)
    @answers(UserRowSchema)
    def patch(self, user_id: UUID, data: dict[str, Any]) -> dict[str, Any]:
        """Change the role, or deactivate: every login ends, access tokens are refused, running bots are paused."""
        session = session_across_tenants("change an account")
        changed = commands.change_user(session, platform().clock, tenant(), user_id, data)
        for family in changed.ended_logins:
            access_tokens().revoke_family(family)
        return people.described(session, [changed.user])[0]


@administration.route("/bots")
class AllBots(ApiResource):
    """Everybody's bots."""

    @authenticated("admin:read")
    @expects_arguments(AllBotsArguments)
    @answers_page(BotWithOwnerSchema)
    def get(self, arguments: dict[str, Any]) -> Page[dict[str, Any]]:
        """Bots, newest first unless sorted otherwise."""
        return records.bots_page(session_across_tenants("bots"), arguments)


@administration.route("/bots/<uuid:bot_id>/stop")
class StopSomebodysBot(ApiResource):
    """Stopping somebody's bot."""

    @authenticated("admin:write")
    @expects(StopReasonSchema)
    @answers(BotWithOwnerSchema)
    def post(self, bot_id: UUID, data: dict[str, Any]) -> dict[str, Any]:
        """Stop the bot; its owner is told why."""
        session = session_across_tenants("stop a bot")
        bot = commands.stop_users_bot(session, platform().clock, tenant(), bot_id, data["reason"])
        return {**people.bot_row(bot), "user_email": people.user_or_refuse(session, bot.user_id).email}


@administration.route("/orders")
class AllOrders(ApiResource):
    """Everybody's orders."""

    @authenticated("admin:read")
    @expects_arguments(AllOrdersArguments)
    @answers_page(OrderWithOwnerSchema)
    def get(self, arguments: dict[str, Any]) -> Page[dict[str, Any]]:
        """Orders, newest first; `status=review` are those of which nobody knows what became of them."""
        return records.orders_page(session_across_tenants("orders"), arguments)


@administration.route("/drifts")
class AllDrifts(ApiResource):
    """Everybody's differences between ledger and exchange."""

    @authenticated("admin:read")
    @expects_arguments(AllDriftsArguments)
    @answers_page(DriftWithOwnerSchema)
    def get(self, arguments: dict[str, Any]) -> Page[dict[str, Any]]:
        """Differences, newest first; only their owners settle them."""
        return records.drifts_page(session_across_tenants("differences"), arguments)

"""create_app(): builds the Flask application and nothing else."""

from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, send_from_directory
from werkzeug.routing import PathConverter

from backend import __version__
from backend.accounts import openid_api
from backend.accounts.api import tokens, users
from backend.accounts.auth_api import authentication
from backend.accounts.breached import BreachedPasswords
from backend.accounts.second_factor_api import second_factors
from backend.accounts.tokens import AccessTokens
from backend.administration.api import administration
from backend.administration.platform_api import platform_administration
from backend.backtests.api import backtests, previews
from backend.backtests.optimizations.api import optimizations
from backend.billing.queries import plan_claims
from backend.bots.api import bots, strategies
from backend.bots.commands import freeze_live_trading
from backend.config import PROJECT_ROOT, Settings, load_settings
from backend.engine.api import record
from backend.engine.closing import close_trading
from backend.engine.control_api import controls
from backend.engine.guards.api import guards
from backend.engine.incoming.api import incoming
from backend.engine.queries import count_users_of_key, has_order_under_way, holds_position
from backend.engine.reconciliation.api import reconciliation
from backend.engine.truth.api import truth
from backend.exchanges import extra_exchanges
from backend.exchanges.api import api_keys, exchanges
from backend.foundation import rate_limits
from backend.foundation.celery import CeleryTaskQueue, make_celery
from backend.foundation.fast_json import FastJson
from backend.foundation.platform import Platform, assemble
from backend.foundation.responses import answer_exception
from backend.foundation.versions import api_version
from backend.market_data.api import candles, market_data
from backend.operations.api_docs import serve_documentation
from backend.operations.browser_safety import protect_browsers
from backend.operations.health import health
from backend.operations.logging import configure_logging
from backend.operations.own_data_api import own_data
from backend.operations.requests import watch_requests

_LARGEST_BODY = 1024 * 1024
_PAGE = PROJECT_ROOT / "frontend" / "dist"
_NAMESPACES = (
    authentication,
    users,
    second_factors,
    own_data,
    tokens,
    exchanges,
    api_keys,
    strategies,
    bots,
    record,
    controls,
    guards,
    incoming,
    reconciliation,
    truth,
    backtests,
    optimizations,
    previews,
    market_data,
    candles,
    administration,
    platform_administration,
)


def create_app(settings: Settings | None = None, platform: Platform | None = None) -> Flask:
    """The application of the processes `web` and `realtime`, and of the command line."""
    settings = settings or load_settings()
    extra_exchanges.register(settings)
    platform = platform or assemble(settings, CeleryTaskQueue(make_celery(settings)))
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=_LARGEST_BODY,
        RESTX_MASK_SWAGGER=False,
        RESTX_ERROR_404_HELP=False,
    )
    app.json = FastJson(app)
    app.json.sort_keys = False
    app.json.ensure_ascii = False
    app.extensions["tradefleet"] = platform
    app.extensions["breached_passwords"] = BreachedPasswords(settings, platform.clock)
    # What upper features add to lower ones.
    app.extensions["after_password_reset"] = (freeze_live_trading,)
    app.extensions["account_closers"] = (close_trading,)
    app.extensions["access_tokens"] = AccessTokens(platform, (plan_claims,))
    app.extensions["key_usage"] = count_users_of_key
    app.extensions["holds_position"] = holds_position
    app.extensions["has_order_under_way"] = has_order_under_way
    rate_limits.install(app, platform)
    protect_browsers(app, settings)
    watch_requests(app)
    app.register_blueprint(api_version("v1", __version__, _NAMESPACES, serve_documentation))
    app.register_blueprint(health)
    openid_api.install(app, settings)
    app.register_error_handler(Exception, answer_exception)
    _serve_page(app, settings)
    return app


def web() -> Flask:
    """The application as gunicorn starts it."""
    settings = load_settings()
    configure_logging(settings, "web")
    return create_app(settings)


class _PagePath(PathConverter):
    """Every path outside the API, which has its own word on which addresses and methods there are."""

    regex = "(?!api/)[^/].*?"


def _serve_page(app: Flask, settings: Settings) -> None:
    @app.get("/config.json")
    def page_configuration() -> Response:
        return jsonify(
            {
                "realtime_url": settings.socket_url,
                "sandbox_url": settings.sandbox_url,
                "api_docs_url": "/api/v1/docs",
                "environment": settings.environment,
                "sends_mail": settings.sends_mail,
                "login_provider": settings.login_provider,
            }
        )

    app.url_map.converters["page"] = _PagePath

    @app.get("/", defaults={"path": "index.html"})
    @app.get("/<page:path>")
    def page(path: str) -> Any:
        return _page_file(_PAGE, path)


def _page_file(folder: Path, path: str) -> Response:
    """A file of the built page; every other address is the page's own routing."""
    if (folder / path).is_file():
        response = send_from_directory(folder, path)
        if path.startswith("assets/"):
            # Their names carry a hash of their content.
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
    if "." in path.rsplit("/", 1)[-1] or not (folder / "index.html").is_file():
        abort(404)
    response = send_from_directory(folder, "index.html")
    response.headers["Cache-Control"] = "no-cache"
    return response

"""What browsers are told to refuse, who may ask from another address, and which proxies are believed."""

from collections.abc import Callable, Iterable
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_compress import Compress
from flask_cors import CORS
from flask_talisman import Talisman
from werkzeug.middleware.proxy_fix import ProxyFix

from backend.config import Settings

_HALF_A_YEAR = 15_768_000
_EXPOSED = (
    "X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", "ETag",
    "Idempotent-Replayed", "Deprecation", "Sunset", "Link", "Content-Disposition",
)  # fmt: skip
_BELIEVED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


def protect_browsers(app: Flask, settings: Settings) -> None:
    """Set the headers of every answer, compress it, and let only configured addresses ask across origins."""
    Talisman(
        app,
        # Whoever ends TLS redirects; this process may be asked for its health without it.
        force_https=False,
        strict_transport_security=settings.is_production,
        strict_transport_security_max_age=_HALF_A_YEAR,
        frame_options="DENY",
        referrer_policy="same-origin",
        permissions_policy={"camera": "()", "microphone": "()", "geolocation": "()", "browsing-topics": "()"},
        content_security_policy=content_security_policy(settings),
        session_cookie_samesite="Strict",
        session_cookie_secure=settings.is_production,
    )
    CORS(
        app,
        resources={r"/api/*": {"origins": list(settings.allowed_origins)}},
        expose_headers=_EXPOSED,
        max_age=600,
    )
    Compress(app)
    # Tidying up `//` would redirect, to an address that is made of the Host header, which anybody may write.
    app.url_map.merge_slashes = False
    app.wsgi_app = BelievedProxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]


def content_security_policy(settings: Settings) -> dict[str, str]:
    """No script but the page's own files; styles may be inline, for charts and notices set theirs while they run."""
    socket = urlsplit(settings.socket_url)
    streams = f"{settings.socket_url} {'wss' if socket.scheme == 'https' else 'ws'}://{socket.netloc}"
    return {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": f"'self' {streams}",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


class BelievedProxies:
    """Reads forwarded headers only of requests that come from a configured proxy; others' are dropped."""

    def __init__(self, application: Callable[..., Any], proxies: Iterable[str]) -> None:
        self._direct = application
        self._behind_proxy = ProxyFix(application, x_for=1, x_proto=1, x_host=1)
        self._networks = [ip_network(proxy, strict=False) for proxy in proxies]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Handle one request."""
        if self._is_believed(environ.get("REMOTE_ADDR", "")):
            return self._behind_proxy(environ, start_response)
        for name in _BELIEVED:
            environ.pop(name, None)
        return self._direct(environ, start_response)

    def _is_believed(self, address: str) -> bool:
        try:
            caller = ip_address(address)
        except ValueError:
            # A Unix socket has no address; who may open it is the operator's choice.
            return bool(self._networks) and not address
        return any(caller in network for network in self._networks)

"""gunicorn's settings for the process `web`."""

from typing import Any

from backend.config import load_settings
from backend.trading import compilation

_settings = load_settings()

bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = _settings.web_workers
# More threads than this bring nothing (measured); without reuse_port one worker takes most connections.
threads = 8
reuse_port = True
# Imported once, then forked: a quicker start and shared memory. No connection is opened before the fork.
preload_app = True
timeout = 30
graceful_timeout = 10
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None
loglevel = "warning"


def on_starting(_server: Any) -> None:
    """Load what previews compute with before the workers are forked, so that nobody's first one waits for it."""
    compilation.warm()

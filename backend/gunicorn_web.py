"""gunicorn's settings for the process `web`."""

from backend.config import load_settings

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

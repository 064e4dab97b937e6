"""gunicorn's settings for the process `realtime`: one gevent worker, for its sockets stay with it."""

from backend.config import load_settings

_settings = load_settings()

bind = f"{_settings.host}:{_settings.realtime_port}"
worker_class = "geventwebsocket.gunicorn.workers.GeventWebSocketWorker"
workers = 1
timeout = 30
graceful_timeout = 5
accesslog = None
loglevel = "warning"

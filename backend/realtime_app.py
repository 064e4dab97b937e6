"""The realtime process as gunicorn starts it: the same application, answering sockets only."""

from backend.app import create_app
from backend.config import load_settings
from backend.operations.logging import configure_logging
from backend.realtime.server import make_socket_server

_settings = load_settings()
configure_logging(_settings, "realtime")
app = create_app(_settings)
socket_server = make_socket_server(app)

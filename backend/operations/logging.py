"""Structured logs: readable lines while developing, JSON in production; secrets are masked in either."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from backend.config import Settings

_SECRET_NAMES = re.compile(
    r"password|secret|token|authorization|cookie|api_?key|signature|passphrase|private", re.IGNORECASE
)
_SECRET_IN_TEXT = re.compile(
    r"(?i)((?:signature|api[_-]?key|api[_-]?secret|secret|password|token|passphrase)[\"']?\s*[=:]\s*[\"']?)[^\s&\"',}]+"
)
_MASK = "***"


def configure_logging(settings: Settings, process: str) -> None:
    """Set up structlog and the standard library's logging for this process."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _renderer(settings),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # They tell of every step; what matters of them comes as a warning.
    for noisy in (
        "ccxt",
        "urllib3",
        "alembic",
        "celery",
        "kombu",
        "engineio",
        "socketio",
        "geventwebsocket",
        "werkzeug",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=process)


def _renderer(settings: Settings) -> structlog.types.Processor:
    if settings.is_production:
        return structlog.processors.JSONRenderer()
    # honcho names the process and the time before each line.
    return structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, sort_keys=False)


def mask_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask whatever is named like a secret, and `name=value` pairs of that kind inside texts."""
    for name, value in event.items():
        if _SECRET_NAMES.search(name):
            event[name] = _MASK
        elif isinstance(value, str):
            event[name] = _SECRET_IN_TEXT.sub(rf"\g<1>{_MASK}", value)
    return event

"""Whether this process and what it depends on are well."""

import redis
import structlog
from flask import Blueprint, Response, jsonify, make_response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend.foundation.requests import platform

log = structlog.get_logger(__name__)

health = Blueprint("health", __name__)


@health.get("/health")
def basic() -> Response:
    """Alive, and able to reach PostgreSQL and Redis; 503 with the names of those it cannot reach."""
    checks = {"database": _database_answers(), "redis": _redis_answers()}
    healthy = all(checks.values())
    words = {name: "ok" if well else "unreachable" for name, well in checks.items()}
    return make_response(jsonify({"status": "ok" if healthy else "degraded", **words}), 200 if healthy else 503)


def _database_answers() -> bool:
    try:
        with platform().database.as_tenant(None) as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        log.exception("database_unreachable")
        return False
    return True


def _redis_answers() -> bool:
    try:
        return bool(platform().redis.ping())
    except redis.RedisError:
        log.exception("redis_unreachable")
        return False

"""What a list of trades costs at the least: Flask, a token check and one indexed query by psycopg, and nothing else."""

import os
import threading
from typing import Any

import jwt
import psycopg
from flask import Flask, Response, jsonify, request
from psycopg.rows import dict_row

_NEWEST = (
    "SELECT id, bot_id, symbol, type, price, quantity, amount, fee, profit_loss, executed_at FROM trades"
    " WHERE user_id = %s ORDER BY executed_at DESC LIMIT 20"
)
_local = threading.local()


def _connection() -> psycopg.Connection[dict[str, Any]]:
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(os.environ["BARE_DATABASE"], row_factory=dict_row, autocommit=True)
    connection: psycopg.Connection[dict[str, Any]] = _local.connection
    return connection


def bare() -> Flask:
    """The application as gunicorn starts it."""
    app = Flask(__name__)
    secret = os.environ["JWT_SECRET_KEY"]

    @app.get("/trades")
    def trades() -> Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        claims = jwt.decode(token, secret, algorithms=["HS256"])
        rows = _connection().execute(_NEWEST, (claims["user_id"],)).fetchall()
        return jsonify(rows)

    return app

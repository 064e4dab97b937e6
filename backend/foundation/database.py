"""The database and its tenancy: the one place that opens transactions and names the tenant of each."""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    MetaData,
    Numeric,
    Text,
    Uuid,
    create_engine,
    event,
    func,
    insert,
    make_url,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column

from backend.config import Settings
from backend.foundation.ids import new_id

WEB_ROLE = "tradefleet_web"
"""Sees the rows of the transaction's tenant and nothing else (row-level security)."""
ENGINE_ROLE = "tradefleet_engine"
"""Sees every tenant's rows; taken only through `Database.across_tenants`."""

_TRUSTED_SECONDS = 1.0

_CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=_CONSTRAINT_NAMES)
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        Decimal: Numeric(28, 12),
        UUID: Uuid(),
        str: Text(),
        dict[str, Any]: JSONB(),
    }


class Recorded:
    """A table with the usual three columns."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class Database:
    """Opens transactions, each in the name of one tenant or, said by name, across tenants."""

    def __init__(self, web: Engine | Connection, engine: Engine | Connection) -> None:
        """`web` and `engine` connect as (a member of) WEB_ROLE and ENGINE_ROLE."""
        self._web = web
        self._engine = engine
        self._after_events: Callable[[], None] = lambda: None

    @classmethod
    def connect(cls, settings: Settings, owner_url: str) -> "Database":
        """Make both connection pools; no connection is opened before it is needed."""
        return cls(
            web=_make_engine(login_url(settings, owner_url, WEB_ROLE)),
            engine=_make_engine(login_url(settings, owner_url, ENGINE_ROLE)),
        )

    def when_events_commit(self, nudge: Callable[[], None]) -> None:
        """Call `nudge` after every commit that carried events of the outbox."""
        self._after_events = nudge

    @contextmanager
    def as_tenant(self, user_id: UUID | None) -> Iterator[Session]:
        """A transaction that sees one tenant's rows (none for None); commits at the end, rolls back on errors."""
        with self._transaction(self._web, WEB_ROLE, user_id) as session:
            yield session

    @contextmanager
    def across_tenants(self, reason: str) -> Iterator[Session]:
        """A transaction that sees every tenant's rows; `reason` says why, and shows in pg_stat_activity."""
        with self._transaction(self._engine, ENGINE_ROLE, None, reason) as session:
            yield session

    @contextmanager
    def _transaction(
        self, engine: Engine | Connection, role: str, user_id: UUID | None, reason: str = "web"
    ) -> Iterator[Session]:
        with Session(engine, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            session.info.update(role=role, tenant=str(user_id or ""), reason=reason)
            event.listen(session, "after_begin", _name_tenant)
            event.listen(session, "after_commit", self._nudge)
            yield session
            session.commit()

    def _nudge(self, session: Session) -> None:
        if session.info.pop("has_events", False):
            self._after_events()

    def dispose(self) -> None:
        """Close every pooled connection."""
        for pool in (self._web, self._engine):
            if isinstance(pool, Engine):
                pool.dispose()


def _name_tenant(session: Session, _transaction: SessionTransaction, connection: Any) -> None:
    # Local to the transaction, so a pooled connection never carries a tenant into the next one.
    connection.execute(
        text(
            "SELECT set_config('role', :role, true), set_config('app.user_id', :tenant, true),"
            " set_config('application_name', :reason, true)"
        ),
        {
            "role": session.info["role"],
            "tenant": session.info["tenant"],
            "reason": f"tradefleet: {session.info['reason']}"[:63],
        },
    )


def insert_rows(session: Session, rows: Sequence[Base]) -> None:
    """Insert new rows of one table at once; several times quicker than `session.add_all`.

    Columns that were not set get their defaults. The objects stay outside the session.
    """
    if not rows:
        return
    given = [{name: value for name, value in vars(row).items() if not name.startswith("_sa_")} for row in rows]
    # Rows of different columns could not go together.
    names = set().union(*given)
    session.execute(insert(type(rows[0])), [{name: row.get(name) for name in names} for row in given])


def _make_engine(url: URL) -> Engine:
    engine = create_engine(url, pool_size=8, max_overflow=8, pool_recycle=1800)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _ask_after_rest)
    return engine


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _ask_after_rest(connection: Any, record: Any, _proxy: Any) -> None:
    """What worked a moment ago is not asked whether it still does; what rested is, and replaced where it does not."""
    rested = time.monotonic() - record.info.get("rests_since", time.monotonic())
    if rested < _TRUSTED_SECONDS:
        return
    try:
        # Outside a transaction, as a fresh connection is.
        connection.autocommit = True
        connection.execute("SELECT 1")
        connection.autocommit = False
    except psycopg.Error:
        raise DisconnectionError from None


def normalize_url(url: str) -> URL:
    """The address with the driver this project uses, whichever of PostgreSQL's spellings it came in."""
    return make_url(url.replace("postgres://", "postgresql://", 1)).set(drivername="postgresql+psycopg")


def login_url(settings: Settings, owner_url: str, role: str) -> URL:
    """Where a process logs in as `role`: its own setting, else the owner's address with the role's derived password."""
    own = settings.database_web_url if role == WEB_ROLE else settings.database_engine_url
    if own:
        return normalize_url(own)
    return normalize_url(owner_url).set(username=role, password=role_password(settings, role))


def role_password(settings: Settings, role: str) -> str:
    """The password of a database role, derived from SECRET_KEY so that no second secret has to be kept."""
    return hmac.new(
        settings.secret_key.get_secret_value().encode(), f"database role {role}".encode(), hashlib.sha256
    ).hexdigest()

"""Brings a database to the newest schema: roles first, then Alembic's migrations."""

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from backend.config import PROJECT_ROOT, Settings
from backend.foundation.database import normalize_url
from backend.foundation.roles import ensure_roles


def alembic_configuration() -> Config:
    """Alembic's configuration of this project."""
    configuration = Config(PROJECT_ROOT / "alembic.ini")
    configuration.set_main_option("script_location", str(PROJECT_ROOT / "migrations"))
    return configuration


def migrate(settings: Settings, owner_url: str) -> None:
    """Make the roles and run every migration that is missing, as the owner."""
    ensure_roles(settings, owner_url)
    engine = create_engine(normalize_url(owner_url))
    configuration = alembic_configuration()
    try:
        with engine.begin() as connection:
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")
    finally:
        engine.dispose()

"""The command line: `flask --app backend.cli COMMAND`."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from cryptography.fernet import Fernet
from flask import Flask, current_app
from flask.cli import with_appcontext

from backend.app import create_app
from backend.config import SettingsError, load_settings
from backend.demo import DemoError, make_demo
from backend.foundation.embedded import EmbeddedServiceError, running_services
from backend.foundation.migration import migrate as migrate_database
from backend.foundation.platform import Platform, owner_url
from backend.market_data.commands import copy_candles
from backend.market_data.importers import RecordingError, read_recording
from backend.operations.logging import configure_logging

Command = TypeVar("Command", bound=Callable[..., Any])


def app() -> Flask:
    """The application for the command line."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    configure_logging(settings, "cli")
    application = create_app(settings)
    for command in (migrate, demo, import_candles, generate_key):
        application.cli.add_command(command)
    return application


def with_services(command: Command) -> Command:
    """Run the command with the embedded services up, whether or not the platform is running."""

    @with_appcontext
    @wraps(command)
    def wrapper(*arguments: Any, **options: Any) -> Any:
        settings = _platform().settings
        if settings.database_url and settings.redis_url:
            return command(*arguments, **options)
        try:
            with running_services(settings.var_directory):
                return command(*arguments, **options)
        except EmbeddedServiceError as error:
            raise click.ClickException(str(error)) from None

    return cast(Command, wrapper)


def _platform() -> Platform:
    return cast(Platform, current_app.extensions["tradefleet"])


@click.command()
@with_services
def migrate() -> None:
    """Make the database roles and bring the schema to its newest version."""
    settings = _platform().settings
    migrate_database(settings, owner_url(settings))
    click.echo("The database is at the newest version.")


@click.command()
@with_services
def demo() -> None:
    """Make the demo account with its bots, where it is missing."""
    password = os.environ.get("DEMO_PASSWORD")
    if not password:
        raise click.ClickException("Set DEMO_PASSWORD; `make run` generates one into var/secrets.env.")
    try:
        make_demo(_platform(), password)
    except DemoError as error:
        raise click.ClickException(str(error)) from None


@click.command("import-candles")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--exchange", help="The exchange, where the file's name does not tell it.")
@click.option("--symbol", help="The market, such as BTC/USDT, where the file's name does not tell it.")
@click.option("--timeframe", help="The time frame, such as 1m, where the file's name does not tell it.")
@with_services
def import_candles(files: tuple[Path, ...], exchange: str | None, symbol: str | None, timeframe: str | None) -> None:
    """Import recorded candles: CSV or CSV.gz with a header, or Binance's kline dumps (CSV, zip).

    A file comes in whole or not at all. Candles that are already stored stay as they are.
    """
    settings = _platform().settings
    migrate_database(settings, owner_url(settings))
    failed = 0
    for path in files:
        try:
            _import_one(path, exchange, symbol, timeframe)
        except RecordingError as error:
            failed += 1
            click.echo(f"{path.name}: refused, nothing imported.\n{error}", err=True)
    if failed:
        sys.exit(1)


def _import_one(path: Path, exchange: str | None, symbol: str | None, timeframe: str | None) -> None:
    with click.progressbar(length=path.stat().st_size, label=path.name, file=sys.stderr) as bar:
        recording = read_recording(path, exchange, symbol, timeframe, progress=bar.update)
        bar.update(0)
    with _platform().database.across_tenants("import candles") as session:
        new = copy_candles(session, recording.exchange, recording.symbol, recording.timeframe, [recording.candles])
    click.echo(recording.report(new))


@click.command("generate-key")
def generate_key() -> None:
    """Print a new key for ENCRYPTION_KEYS."""
    click.echo(Fernet.generate_key().decode())

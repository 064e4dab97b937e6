"""The command line: `flask COMMAND`, by the application that `.flaskenv` names."""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from cryptography.fernet import Fernet
from flask import Flask, current_app
from flask.cli import with_appcontext
from marshmallow import ValidationError

from backend.administration import command_line
from backend.app import create_app
from backend.config import SettingsError, load_settings
from backend.demo import DemoError, make_demo
from backend.engine.guards import switches
from backend.exchanges.errors import ExchangeProblem
from backend.foundation.embedded import EmbeddedServiceError, running_services
from backend.foundation.errors import ApplicationError
from backend.foundation.migration import migrate as migrate_database
from backend.foundation.platform import Platform, owner_url
from backend.foundation.schemas import Day
from backend.market_data import compaction
from backend.market_data.archive import MarketFrame
from backend.market_data.downloads.fetching import fetch_missing
from backend.market_data.downloads.requests import check_period
from backend.market_data.exports import MEDIA_TYPES, write_export
from backend.market_data.holdings_board import HoldingsBoard
from backend.market_data.importers import (
    FORMATS,
    TIME_FORMATS,
    ColumnMapping,
    ReadingOptions,
    RecordingError,
    read_recording,
)
from backend.market_data.importing import store_shared
from backend.market_data.queries import milliseconds
from backend.market_data.series import find_series, parts_of
from backend.market_data.store import CandleStore
from backend.operations.key_rotation import rotate_secrets
from backend.operations.logging import configure_logging
from backend.tables import metadata
from backend.trading.candles import TIMEFRAMES

Command = TypeVar("Command", bound=Callable[..., Any])
_TIMEFRAME = click.Choice(tuple(TIMEFRAMES))


def app() -> Flask:
    """The application for the command line."""
    try:
        settings = load_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    configure_logging(settings, "cli")
    application = create_app(settings)
    for command in _COMMANDS:
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


def in_words(command: Command) -> Command:
    """Tell what went wrong in the words that the API's users are told it in."""

    @wraps(command)
    def wrapper(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except ApplicationError as error:
            raise click.ClickException(error.message) from None
        except ExchangeProblem as problem:
            raise click.ClickException(problem.reason) from None

    return cast(Command, wrapper)


def _platform() -> Platform:
    return cast(Platform, current_app.extensions["tradefleet"])


def _to_moment(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    try:
        moment: datetime | None = Day(allow_none=True).deserialize(value)
    except ValidationError as error:
        raise click.BadParameter(str(error.messages[0])) from None
    return moment


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
@click.option("--timeframe", type=_TIMEFRAME, help="The time frame, where the file's name does not tell it.")
@click.option("--format", "content_format", type=click.Choice(FORMATS), help="The format, where it is not found out.")
@click.option("--columns", default="", help="Which column is what: time=Date,open=Open,… or time=1,open=2,…")
@click.option("--time-format", default="auto", type=click.Choice(TIME_FORMATS), help="How times are written.")
@click.option("--delimiter", default=",", help="What separates columns: one character, or the word tab.")
@click.option("--skip-broken", is_flag=True, help="Leave out rows that are no candles instead of refusing the file.")
@with_services
@in_words
def import_candles(
    files: tuple[Path, ...], exchange: str | None, symbol: str | None, timeframe: str | None, **said: Any
) -> None:
    """Import recorded candles for everybody: CSV, Binance's kline dumps, freqtrade's feather or JSON, Parquet.

    A file comes in whole or not at all. Candles that are already stored stay as they are.
    """
    settings = _platform().settings
    migrate_database(settings, owner_url(settings))
    try:
        mapping = ColumnMapping.parse(said["columns"], said["time_format"], said["delimiter"])
    except RecordingError as error:
        raise click.UsageError(str(error).strip()) from None
    options = ReadingOptions(mapping, said["content_format"], skip_broken=said["skip_broken"])
    failed = 0
    for path in files:
        try:
            _import_one(path, exchange, symbol, timeframe, options)
        except RecordingError as error:
            failed += 1
            click.echo(f"{path.name}: refused, nothing imported.\n{error}", err=True)
    HoldingsBoard(_platform()).survey()
    if failed:
        sys.exit(1)


def _import_one(
    path: Path, exchange: str | None, symbol: str | None, timeframe: str | None, options: ReadingOptions
) -> None:
    with click.progressbar(length=path.stat().st_size, label=path.name, file=sys.stderr) as bar:
        recording = read_recording(path, exchange, symbol, timeframe, progress=bar.update, options=options)
        bar.update(0)
    click.echo(recording.report(store_shared(_platform(), recording)))


@click.command("export-candles")
@click.argument("exchange")
@click.argument("symbol")
@click.argument("timeframe", type=_TIMEFRAME)
@click.argument("target", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--from", "start", callback=_to_moment, help="The first day or moment, in UTC; everything if left out.")
@click.option("--to", "end", callback=_to_moment, help="Before when it ends, in UTC.")
@with_services
@in_words
def export_candles(
    exchange: str, symbol: str, timeframe: str, target: Path, start: datetime | None, end: datetime | None
) -> None:
    """Write stored candles into a file; its ending says the format: .csv, .csv.gz or .parquet."""
    form = next((form for form in MEDIA_TYPES if target.name.endswith(f".{form}")), None)
    if form is None:
        raise click.UsageError(f"The file's name must end with one of: {', '.join(MEDIA_TYPES)}.")
    open_session = partial(_platform().database.as_tenant, None)
    with open_session() as session:
        store = CandleStore(session, _platform().settings)
        series = find_series(store, MarketFrame(exchange, symbol, timeframe), start, end)
    count = write_export(target, parts_of(open_session, _platform().settings, series), form)
    click.echo(f"{target}: {count} candles.")


@click.command("download-candles")
@click.argument("exchange")
@click.argument("symbol")
@click.argument("timeframe", type=_TIMEFRAME)
@click.option("--from", "start", required=True, callback=_to_moment, help="The first day or moment, in UTC.")
@click.option("--to", "end", callback=_to_moment, help="Before when it ends, in UTC; now if left out.")
@with_services
@in_words
def download_candles(exchange: str, symbol: str, timeframe: str, start: datetime, end: datetime | None) -> None:
    """Fetch what is missing of a period from the exchange. Interrupted anywhere, it goes on from what is stored."""
    settings = _platform().settings
    migrate_database(settings, owner_url(settings))
    wanted = {"exchange": exchange, "symbol": symbol, "timeframe": timeframe, "start": start, "end": end}
    period = check_period(settings, _platform().clock, wanted)
    position, end_ms, new = milliseconds(period.start), milliseconds(period.end), 0
    with click.progressbar(length=end_ms - position, label=str(period.frame), file=sys.stderr) as bar:
        for step in fetch_missing(_platform(), period.frame, position, end_ms):
            new += step.new
            bar.update(step.position - position)
            position = step.position
    HoldingsBoard(_platform()).survey()
    click.echo(f"{period.frame}: {new} new candles.")


@click.command("compact-candles")
@with_services
@in_words
def compact_candles() -> None:
    """Move past months from PostgreSQL to the archive now, instead of tonight."""
    moved = compaction.compact_candles(_platform())
    HoldingsBoard(_platform()).survey()
    click.echo(f"{moved} candles moved to {_platform().settings.candle_store}.")


@click.command("halt-trading")
@click.argument("reason")
@click.option("--exchange", help="Only this exchange; every one if left out.")
@with_services
@in_words
def halt_trading(reason: str, exchange: str | None) -> None:
    """Have no bot of anybody buy until trading is resumed; what bots hold stays watched, and exits go through."""
    with _platform().database.across_tenants("the operator switches trading off") as session:
        if exchange:
            switches.halt_exchange(session, exchange, reason)
        else:
            switches.halt_platform(session, reason)
    click.echo(f"Trading {f'on {exchange}' if exchange else 'everywhere'} is switched off: {reason}")


@click.command("resume-trading")
@click.option("--exchange", help="Only this exchange; the whole platform if left out.")
@with_services
@in_words
def resume_trading(exchange: str | None) -> None:
    """Let bots buy again."""
    with _platform().database.across_tenants("the operator switches trading on") as session:
        if exchange:
            switches.resume_exchange(session, exchange)
        else:
            switches.resume_platform(session)
    click.echo(f"Trading {f'on {exchange}' if exchange else 'everywhere'} is switched on.")


@click.command("generate-key")
def generate_key() -> None:
    """Print a new key for ENCRYPTION_KEYS."""
    click.echo(Fernet.generate_key().decode())


@click.command("rotate-keys")
@with_services
@in_words
def rotate_keys() -> None:
    """Encrypt every stored secret anew under the first of ENCRYPTION_KEYS; afterwards the others can go."""
    done = rotate_secrets(_platform(), metadata)
    click.echo(f"{done.rotated:,} secrets are encrypted under the newest key.")
    for place in done.unreadable:
        click.echo(f"No key in ENCRYPTION_KEYS opens {place}.", err=True)
    if done.unreadable:
        raise click.ClickException("Add the key that these were encrypted with to ENCRYPTION_KEYS, and run it again.")


create_admin = click.command("create-admin")(with_services(in_words(command_line.create_admin)))
set_password = click.command("set-password")(with_services(in_words(command_line.set_password)))

_COMMANDS = (
    migrate,
    demo,
    import_candles,
    export_candles,
    download_candles,
    compact_candles,
    halt_trading,
    resume_trading,
    generate_key,
    rotate_keys,
    create_admin,
    set_password,
)

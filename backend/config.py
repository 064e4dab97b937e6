"""Every setting, typed, read once from the environment; unsafe production settings are refused."""

import re
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent

# Good enough to start a shell on a developer's machine, refused in production.
_DEVELOPMENT_SECRET = "development-only-secret-refused-in-production"  # noqa: S105
_DEVELOPMENT_ENCRYPTION_KEY = "ZGV2ZWxvcG1lbnQtb25seS1rZXktcmVmdXNlZC1pbi0="


class SettingsError(Exception):
    """The environment holds a setting that cannot be used; the message lists each with what to do."""


class ExtraExchange(BaseModel):
    """An exchange beyond those built in, for its prices only: its id in ccxt is its name in EXTRA_EXCHANGES."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=40)
    timeframes: tuple[str, ...] = Field(("1m", "5m", "15m", "1h", "1d"), min_length=1)
    maker_fee: float = Field(0.002, ge=0, lt=0.1)
    taker_fee: float = Field(0.002, ge=0, lt=0.1)
    requests_per_minute: int = Field(60, ge=1, le=100_000)
    options: dict[str, Any] = Field(default_factory=dict)


class Settings(BaseSettings):
    """The settings of one process. Names in the environment are the field names in capitals."""

    model_config = SettingsConfigDict(
        env_file=(PROJECT_ROOT / "var" / "secrets.env", PROJECT_ROOT / ".env"),
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    environment: Literal["development", "test", "production"] = "development"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    var_directory: Path = PROJECT_ROOT / "var"

    database_url: str | None = None
    database_web_url: str | None = None
    database_engine_url: str | None = None
    redis_url: str | None = None
    candle_store_url: str | None = None

    secret_key: SecretStr = SecretStr(_DEVELOPMENT_SECRET)
    jwt_secret_key: SecretStr = SecretStr(_DEVELOPMENT_SECRET)
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = (SecretStr(_DEVELOPMENT_ENCRYPTION_KEY),)

    host: str = "127.0.0.1"
    port: int = Field(5000, ge=1, le=65535)
    realtime_port: int = Field(5001, ge=1, le=65535)
    sandbox_port: int = Field(5002, ge=1, le=65535)
    web_workers: int = Field(2, ge=1, le=64)
    research_concurrency: int = Field(2, ge=1, le=64)
    frontend_url: str | None = None
    backend_url: str | None = None
    realtime_url: str | None = None

    sandbox_url: str | None = None
    exchange_urls: dict[str, str] = Field(default_factory=dict)
    extra_exchanges: dict[str, ExtraExchange] = Field(default_factory=dict)

    minimum_daily_volume: float = Field(100_000.0, ge=0)
    maximum_spread: float = Field(0.01, gt=0, le=1)
    price_band: float = Field(0.05, gt=0, le=1)

    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses of other pages whose scripts may ask the API, such as https://desk.example.com."""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses or networks of the proxies whose X-Forwarded-For is believed."""

    mail_server: str | None = None
    mail_port: int = Field(587, ge=1, le=65535)
    mail_username: str | None = None
    mail_password: SecretStr | None = None
    mail_from: str | None = None

    oidc_issuer: str | None = None
    """An OpenID Connect provider that users may log in with, such as https://login.example.com/realms/desk."""
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = Field("your organisation", min_length=1, max_length=40)

    pwned_passwords_url: str | None = "https://api.pwnedpasswords.com/range/"
    """Where known breached passwords are asked for, by the first five digits of their hash; empty asks nobody."""

    rate_limit_page: int = Field(600, ge=1)
    """Requests a minute of one login, or of an address without one; the dear ones are counted besides."""
    rate_limit_token: int = Field(60, ge=1)
    rate_limit_auth: int = Field(5, ge=1)
    rate_limit_trading: int = Field(10, ge=1)
    rate_limit_backtests: int = Field(3, ge=1)
    rate_limit_signals: int = Field(60, ge=1)
    """Signals a minute to one hook."""

    access_token_minutes: int = Field(15, ge=1, le=60)
    refresh_token_days: int = Field(7, ge=1, le=90)

    @field_validator("encryption_keys", "allowed_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("encryption_keys")
    @classmethod
    def _check_keys(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not keys:
            raise ValueError("needs at least one key; make one with `flask generate-key`")
        for position, key in enumerate(keys, start=1):
            try:
                Fernet(key.get_secret_value())
            except ValueError as error:
                raise ValueError(f"key {position} is not a Fernet key; make one with `flask generate-key`") from error
        return keys

    @field_validator("allowed_origins")
    @classmethod
    def _check_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not re.fullmatch(r"https?://[^/*\s]+", origin):
                raise ValueError(f"{origin} is no origin; write it as https://desk.example.com, without a path")
        return origins

    @field_validator("pwned_passwords_url", mode="before")
    @classmethod
    def _read_off(cls, address: object) -> object:
        return None if isinstance(address, str) and address.lower() == "off" else address

    @field_validator("mail_from")
    @classmethod
    def _check_sender(cls, sender: str | None) -> str | None:
        if sender and ("@" not in parseaddr(sender)[1] or "\n" in sender):
            raise ValueError("is no sender; write it as Tradefleet <robot@example.com>")
        return sender

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            try:
                ip_network(proxy, strict=False)
            except ValueError:
                raise ValueError(f"{proxy} is no address or network, such as 10.0.0.5 or 10.0.0.0/24") from None
        return proxies

    @model_validator(mode="after")
    def _refuse_half_a_provider(self) -> Self:
        given = {name: getattr(self, name) for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret")}
        missing = [name.upper() for name, value in given.items() if not value]
        if missing and len(missing) < len(given):
            raise ValueError(f"{' and '.join(missing)} must be set as well, for logging in with a provider")
        if self.is_production and self.oidc_issuer and not self.oidc_issuer.startswith("https://"):
            raise ValueError("OIDC_ISSUER must be an https:// address")
        return self

    @model_validator(mode="after")
    def _refuse_unsafe_production(self) -> Self:
        if self.environment != "production":
            return self
        problems = [
            f"{name.upper()} must be a secret of your own, at least 32 characters long"
            for name in ("secret_key", "jwt_secret_key")
            if _is_weak(getattr(self, name).get_secret_value())
        ]
        if self.secret_key.get_secret_value() == self.jwt_secret_key.get_secret_value():
            problems.append("SECRET_KEY and JWT_SECRET_KEY must differ")
        if any(key.get_secret_value() == _DEVELOPMENT_ENCRYPTION_KEY for key in self.encryption_keys):
            problems.append("ENCRYPTION_KEYS must be keys of your own; make one with `flask generate-key`")
        if not self.frontend_url or not self.frontend_url.startswith("https://"):
            problems.append("FRONTEND_URL must be the page's public https:// address")
        if not self.database_url and not (self.database_web_url and self.database_engine_url):
            problems.append("DATABASE_URL must name a PostgreSQL server; the embedded one is for development")
        if not self.redis_url:
            problems.append("REDIS_URL must name a Redis server; the embedded one is for development")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def page_url(self) -> str:
        """Where the web page is reached by a browser."""
        return self.frontend_url or f"http://{self.host}:{self.port}"

    @property
    def socket_url(self) -> str:
        """Where a browser reaches the realtime process."""
        return self.realtime_url or f"http://{self.host}:{self.realtime_port}"

    @property
    def candle_store(self) -> str:
        """Where months of candles lie: any address that fsspec knows, or a folder."""
        return self.candle_store_url or str(self.var_directory / "candles")

    @property
    def login_provider(self) -> str | None:
        """The name of the OpenID Connect provider, where one is set up."""
        return self.oidc_name if self.oidc_issuer else None

    @property
    def sends_mail(self) -> bool:
        """Whether there is a mail server; without one nothing asks for a verified address."""
        return bool(self.mail_server)

    @property
    def mail_sender(self) -> str:
        """Whom the mails come from."""
        return self.mail_from or f"Tradefleet <no-reply@{urlsplit(self.page_url).hostname or 'localhost'}>"

    @property
    def is_production(self) -> bool:
        """Whether real users and real money depend on this process."""
        return self.environment == "production"


def _is_weak(secret: str) -> bool:
    return len(secret) < 32 or secret == _DEVELOPMENT_SECRET


def load_settings() -> Settings:
    """Read the environment. Raises SettingsError naming each unusable setting and what to do about it."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in problem["loc"]).upper()
        message = problem["msg"].removeprefix("Value error, ")
        lines.append(f"{name}: {message}" if name else message)
    return "Settings that cannot be used:\n  " + "\n  ".join(lines)

"""A real sandbox on a loopback port for each test that asks for one, with a clock the test may set."""

import asyncio
import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
import ccxt
import jwt
import pytest
from aiohttp import web

from backend.sandbox.application import EXCHANGE, STREAMS, build_application
from backend.sandbox.clock import Clock, SetClock, SystemClock
from backend.sandbox.settings import SandboxSettings

# A Friday morning, one minute and a bit after the hour.
MOMENT = 1_763_719_261_300
CANDLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "candles"


@dataclass(frozen=True)
class Answer:
    """What came back over plain HTTP."""

    status: int
    headers: Any
    content: Any


class Sandbox:
    """A running sandbox, its address and ways to ask it."""

    def __init__(self, url: str, clock: Clock, application: web.Application) -> None:
        self.url = url
        self.clock = clock
        self.exchange = application[EXCHANGE]
        self.streams = application[STREAMS]
        self._clients: list[Any] = []
        self._nonce = 0

    def ask(self, method: str, path: str, **options: Any) -> Answer:
        async def send() -> Answer:
            timeout = aiohttp.ClientTimeout(total=60)
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.request(method, self.url + path, **options) as response,
            ):
                is_json = response.content_type == "application/json"
                content = await (response.json() if is_json else response.text())
                return Answer(response.status, response.headers, content)

        return asyncio.run(send())

    def signed(self, method: str, path: str, key: Any, **parameters: Any) -> Answer:
        """As a client without ccxt would ask; `timestamp` is ours unless given."""
        query = urlencode({"timestamp": self.clock.milliseconds(), **parameters})
        signature = hmac.new(key["api_secret"].encode(), query.encode(), hashlib.sha256).hexdigest()
        headers = {"X-MBX-APIKEY": key["api_key"]}
        return self.ask(method, f"/binance{path}?{query}&signature={signature}", headers=headers)

    def kraken_signed(self, method: str, key: Any, **parameters: Any) -> Any:
        """The content of a private call."""
        return self.kraken_call(method, key, **parameters).content

    def kraken_call(self, method: str, key: Any, **parameters: Any) -> Answer:
        """A private call as a client without ccxt would make it; the nonce rises by itself."""
        self._nonce += 1
        body = urlencode({"nonce": self._nonce, **parameters})
        nonce = dict(parse_qsl(body, keep_blank_values=True))["nonce"]
        path = f"/0/private/{method}"
        message = path.encode() + hashlib.sha256((nonce + body).encode()).digest()
        signature = hmac.new(base64.b64decode(key["api_secret"]), message, hashlib.sha512).digest()
        headers = {
            "API-Key": key["api_key"],
            "API-Sign": base64.b64encode(signature).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self.ask("POST", "/kraken" + path, data=body, headers=headers)

    def kraken(self, key: Any = None) -> Any:
        """A ccxt client of Kraken."""
        client = ccxt.kraken({"enableRateLimit": False})
        if key:
            client.apiKey, client.secret = key["api_key"], key["api_secret"]
        client.urls["api"] = redirected(client.urls["api"], self.url + "/kraken")
        self._clients.append(client)
        return client

    def coinbase_token(self, key: Any, uri: str | None, **changes: Any) -> str:
        """A token as a client without ccxt would sign it; a claim of None is left out."""
        now = self.clock.milliseconds() // 1000
        claims = {"sub": key["api_key"], "iss": "cdp", "nbf": now, "exp": now + 120, "uri": uri, **changes}
        present = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(present, key["api_secret"], algorithm="ES256", headers={"kid": key["api_key"]})

    def coinbase_signed(self, method: str, path: str, key: Any, body: Any = None, **changes: Any) -> Answer:
        """A private call; `path` from /api or /v2 on. Changes are of the token's claims."""
        uri = f"{method} {self.url.removeprefix('http://')}/coinbase{path.partition('?')[0]}"
        token = self.coinbase_token(key, **{"uri": uri, **changes})
        return self.ask(method, "/coinbase" + path, json=body, headers={"Authorization": f"Bearer {token}"})

    def coinbase(self, key: Any = None) -> Any:
        """A ccxt client of Coinbase with the sandbox's clock."""
        client = ccxt.coinbase({"enableRateLimit": False})
        if key:
            client.apiKey, client.secret = key["api_key"], key["api_secret"]
        client.urls["api"] = redirected(client.urls["api"], self.url + "/coinbase")
        client.milliseconds = self.clock.milliseconds
        client.seconds = lambda: self.clock.milliseconds() // 1000
        self._clients.append(client)
        return client

    def create_key(self, **request: Any) -> Any:
        answer = self.ask("POST", "/_sandbox/keys", json=request)
        assert answer.status == 201, answer.content
        return answer.content

    def binance(self, key: Any = None) -> Any:
        """A ccxt client with the settings that the platform's gateway uses."""
        client = ccxt.binance(
            {
                "enableRateLimit": False,
                "options": {
                    "fetchMarkets": {"types": ["spot"]},
                    "fetchCurrencies": False,
                    "fetchMargins": False,
                    "warnOnFetchOpenOrdersWithoutSymbol": False,
                },
            }
        )
        if key:
            client.apiKey, client.secret = key["api_key"], key["api_secret"]
        client.urls["api"] = redirected(client.urls["api"], self.url + "/binance")
        client.milliseconds = self.clock.milliseconds
        self._clients.append(client)
        return client

    def close_clients(self) -> None:
        for client in self._clients:
            client.session.close()


def redirected(addresses: Any, base: str) -> Any:
    """ccxt's addresses with every host replaced by the sandbox's."""
    if isinstance(addresses, dict):
        return {name: redirected(value, base) for name, value in addresses.items()}
    parts = urlsplit(addresses)
    return (base.replace("http", "ws", 1) if parts.scheme == "wss" else base) + parts.path


@contextmanager
def running(settings: SandboxSettings, clock: Clock) -> Iterator[Sandbox]:
    """Serve in a thread of its own until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> tuple[web.AppRunner, str]:
        application = build_application(settings, clock)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        return runner, f"http://{host}:{port}"

    try:
        runner, url = asyncio.run_coroutine_threadsafe(start(), loop).result(60)
        sandbox = Sandbox(url, clock, runner.app)
        try:
            yield sandbox
        finally:
            sandbox.close_clients()
            asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


def settings_for(directory: Path, **values: Any) -> SandboxSettings:
    """Settings that take nothing from the environment."""
    defaults: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "candles": "", "seed": 1}
    return SandboxSettings(**{**defaults, "state_dir": directory, **values})


@pytest.fixture
def clock() -> SetClock:
    return SetClock(MOMENT)


@pytest.fixture
def sandbox(tmp_path: Path, clock: SetClock) -> Iterator[Sandbox]:
    """A sandbox whose time stands still until the test moves `clock.moment`."""
    with running(settings_for(tmp_path / "state"), clock) as started:
        yield started


@pytest.fixture
def live_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox on the machine's time."""
    with running(settings_for(tmp_path / "state"), SystemClock()) as started:
        yield started


@pytest.fixture
def recorded_candles() -> Path:
    if not CANDLES.is_dir():
        pytest.skip("the recorded candles are not beside the checkout (../shared/data/candles)")
    return CANDLES


def money(value: Any) -> Decimal:
    """A number of an answer as exact Decimal."""
    return Decimal(str(value))

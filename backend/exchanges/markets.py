"""The markets of an exchange: loaded once, kept in Redis for every process, and held once in each."""

import json
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import redis
import structlog

from backend.exchanges.errors import ExchangeDown, ExchangeProblem
from backend.exchanges.nouns import Market

log = structlog.get_logger(__name__)

_FRESH_SECONDS = 3600
_KEEP_SECONDS = 24 * 3600
_LOOK_SECONDS = 10.0
_LOADING_SECONDS = 60
_WAIT_SECONDS = 30.0


@dataclass(frozen=True)
class MarketTable:
    """One state of an exchange's spot markets: ours by symbol, and the ccxt client that others share them from."""

    version: bytes
    source: Any
    markets: Mapping[str, Market]


@dataclass
class _Place:
    lock: threading.Lock = field(default_factory=threading.Lock)
    table: MarketTable | None = None
    looked_at: float = 0.0


class HeldTables:
    """The tables that a process holds, one per exchange and address: each weighs tens of megabytes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}

    def place(self, name: str) -> _Place:
        """Where the table of this exchange and address is held."""
        with self._lock:
            return self._places.setdefault(name, _Place())


class MarketShelf:
    """The markets of one exchange at one address.

    `make_client` gives a client without markets, to hold them, and `complete` adds to it what ccxt sets up only while
    it asks for them itself; `load` asks the exchange and gives a loaded client.
    """

    def __init__(
        self,
        connections: redis.Redis,
        held: HeldTables,
        name: str,
        kept_details: tuple[str, ...] | None,
        make_client: Callable[[], Any],
        complete: Callable[[Any], None],
    ) -> None:
        self._redis = connections
        self._name = name
        self._place = held.place(name)
        self._kept_details = kept_details
        self._make_client = make_client
        self._complete = complete
        self._contents, self._version, self._loading = (
            f"exchange:markets:{name}:{part}" for part in ("contents", "version", "loading")
        )

    def table(self, load: Callable[[], Any]) -> MarketTable:
        """The markets, an hour old at most while the exchange answers. Raises what `load` raises, and ExchangeDown."""
        place, held = self._place, self._place.table
        if held is not None and time.monotonic() - place.looked_at <= _LOOK_SECONDS:
            return held
        # While one thread looks for newer ones, the others go on with what is held.
        if held is None:
            place.lock.acquire()
        elif not place.lock.acquire(blocking=False):
            return held
        try:
            if place.table is None or time.monotonic() - place.looked_at > _LOOK_SECONDS:
                place.table = self._current(place.table, load)
                place.looked_at = time.monotonic()
            return place.table
        finally:
            place.lock.release()

    def mark_stale(self) -> None:
        """Have the markets loaded anew: the exchange refused one that should be there."""
        self._place.looked_at = 0.0
        try:
            self._redis.delete(self._version)
        except redis.RedisError as error:
            log.warning("markets_not_marked", markets=self._name, error=type(error).__name__)

    def _current(self, held: MarketTable | None, load: Callable[[], Any]) -> MarketTable:
        try:
            return self._shared(held) or self._loaded_by_one(held, load)
        except redis.RedisError as error:
            log.warning("markets_not_shared", markets=self._name, error=type(error).__name__)
            return held or _table(b"alone", load())

    def _shared(self, held: MarketTable | None) -> MarketTable | None:
        """What Redis holds, if it is fresh; the held table where it is the same."""
        version = self._redis.get(self._version)
        if not isinstance(version, bytes):
            return None
        if held is not None and held.version == version:
            return held
        return self._unpacked()

    def _unpacked(self) -> MarketTable | None:
        packed = self._redis.get(self._contents)
        if not isinstance(packed, bytes):
            return None
        contents = json.loads(zlib.decompress(packed))
        return _table(contents["version"].encode(), self._source(contents["markets"], contents["currencies"]))

    def _loaded_by_one(self, held: MarketTable | None, load: Callable[[], Any]) -> MarketTable:
        lock = self._redis.lock(self._loading, timeout=_LOADING_SECONDS)
        if not lock.acquire(blocking=False):
            return held or self._loaded_by_another()
        try:
            # Another process may have finished between the look and the lock.
            return self._shared(held) or self._load(load)
        except ExchangeProblem as problem:
            old = held or self._unpacked()
            if old is None:
                raise
            log.warning("markets_not_renewed", markets=self._name, reason=problem.reason)
            return old
        finally:
            if lock.owned():
                lock.release()

    def _loaded_by_another(self) -> MarketTable:
        deadline = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < deadline:
            table = self._shared(None)
            if table is not None:
                return table
            if not self._redis.exists(self._loading):
                break
            time.sleep(0.1)
        raise ExchangeDown("The exchange's markets could not be loaded.")

    def _load(self, load: Callable[[], Any]) -> MarketTable:
        loaded = load()
        version = uuid.uuid4().hex
        spot = [self._slim(row) for row in loaded.markets.values() if row.get("spot")]
        currencies = _slim_currencies(loaded.currencies or {})
        contents = {"version": version, "markets": spot, "currencies": currencies}
        self._redis.set(self._contents, zlib.compress(json.dumps(contents, default=str).encode(), 6), ex=_KEEP_SECONDS)
        self._redis.set(self._version, version, ex=_FRESH_SECONDS)
        return _table(version.encode(), self._source(spot, currencies))

    def _source(self, markets: list[dict[str, Any]], currencies: dict[str, Any]) -> Any:
        source = self._make_client()
        source.set_markets(markets, currencies)
        self._complete(source)
        return source

    def _slim(self, row: Mapping[str, Any]) -> dict[str, Any]:
        # What the exchange itself said of a market is most of its weight, and ccxt looks at little of it later.
        if self._kept_details is None:
            return dict(row)
        told = row.get("info") or {}
        return {**row, "info": {name: told[name] for name in self._kept_details if name in told}}


def _slim_currencies(currencies: Mapping[str, Any]) -> dict[str, Any]:
    return {code: {**row, "info": {}, "networks": {}} for code, row in currencies.items()}


def _table(version: bytes, source: Any) -> MarketTable:
    rows = sorted(source.markets.items())
    return MarketTable(version, source, {symbol: _market(row) for symbol, row in rows if row.get("spot")})


def _market(row: Mapping[str, Any]) -> Market:
    limits, precision = row.get("limits") or {}, row.get("precision") or {}
    return Market(
        symbol=row["symbol"],
        base=row["base"],
        quote=row["quote"],
        price_tick=_decimal(precision.get("price")),
        quantity_step=_decimal(precision.get("amount")),
        minimum_quantity=_decimal((limits.get("amount") or {}).get("min")),
        minimum_notional=_decimal((limits.get("cost") or {}).get("min")),
        is_active=row.get("active") is not False,
    )


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)

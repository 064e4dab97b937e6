"""What exchanges and ccxt say, turned into our errors: words without secrets, and what to do next."""

import ccxt
import pytest
import requests

from backend.exchanges.adapters.adapter import Adapter
from backend.exchanges.adapters.alpaca import AlpacaAdapter
from backend.exchanges.adapters.binance import BinanceAdapter
from backend.exchanges.adapters.coinbase import CoinbaseAdapter
from backend.exchanges.adapters.kraken import KrakenAdapter
from backend.exchanges.errors import (
    BelowMinimum,
    ClockOff,
    DuplicateOrder,
    ExchangeBusy,
    ExchangeDown,
    ExchangeProblem,
    InsufficientBalance,
    KeyRefused,
    MarketUnavailable,
    NonceOvertaken,
    OrderRefused,
    OutcomeUnknown,
)
from backend.exchanges.refusals import Circumstances, Refusal, translate
from backend.exchanges.venues import VENUES


def told(
    error: Exception, known: tuple[Refusal, ...] = (), sending: bool = True, status: int | None = 400
) -> ExchangeProblem:
    return translate(error, known, Circumstances(sending, status, None))


ALPACA = AlpacaAdapter.refusals
BINANCE = BinanceAdapter.refusals
KRAKEN = KrakenAdapter.refusals
COINBASE = CoinbaseAdapter.refusals


@pytest.mark.parametrize(
    ("error", "known", "kind"),
    [
        # Once a call had succeeded, ccxt takes a revoked key for a ban of our address.
        (
            ccxt.DDoSProtection('binance {"code":-2015,"msg":"Invalid API-key, IP, or permissions."}'),
            BINANCE,
            KeyRefused,
        ),
        (ccxt.AuthenticationError('binance {"code":-1022,"msg":"Signature not valid."}'), BINANCE, KeyRefused),
        (ccxt.InvalidNonce('binance {"code": -1021, "msg": "Timestamp outside."}'), BINANCE, ClockOff),
        (ccxt.InvalidOrder("binance Duplicate order sent."), BINANCE, DuplicateOrder),
        (ccxt.InvalidOrder('binance {"code":-1013,"msg":"Filter failure: NOTIONAL"}'), BINANCE, BelowMinimum),
        # ccxt reads this as a refusal; the order may have been taken.
        (ccxt.BadResponse('binance {"code":-1006,"msg":"Execution status unknown."}'), BINANCE, OutcomeUnknown),
        (ccxt.RequestTimeout('binance {"code":-1007,"msg":"Timeout waiting."}'), BINANCE, OutcomeUnknown),
        (ccxt.OperationFailed('binance {"code":-1008,"msg":"Server is overloaded."}'), BINANCE, ExchangeBusy),
        (ccxt.ExchangeError('kraken {"error":["EAPI:Invalid signature"]}'), KRAKEN, KeyRefused),
        (ccxt.InvalidNonce('kraken {"error":["EAPI:Invalid nonce"]}'), KRAKEN, NonceOvertaken),
        (ccxt.ExchangeError('kraken {"error":["EQuery:Unknown asset pair"]}'), KRAKEN, MarketUnavailable),
        (ccxt.InvalidOrder('kraken {"error":["EOrder:Order minimum not met"]}'), KRAKEN, BelowMinimum),
        (ccxt.DDoSProtection('kraken {"error":["EAPI:Rate limit exceeded"]}'), KRAKEN, ExchangeBusy),
        (ccxt.ExchangeNotAvailable('kraken {"error":["EService:Unavailable"]}'), KRAKEN, OutcomeUnknown),
        (ccxt.ExchangeError('kraken {"error":["EService:Timeout"]}'), KRAKEN, OutcomeUnknown),
        (ccxt.ExchangeError('kraken {"error":["WOrder:Something"],"result":{"txid":["O"]}}'), KRAKEN, OutcomeUnknown),
        (ccxt.ExchangeError('kraken {"error":["EService:Deadline elapsed"]}'), KRAKEN, ClockOff),
        (
            ccxt.ExchangeError('coinbase {"success":false,"error_response":{"error":"INSUFFICIENT_FUND"}}'),
            COINBASE,
            InsufficientBalance,
        ),
        (ccxt.NetworkError("binance POST https://api.binance.com/api/v3/order"), (), OutcomeUnknown),
        (ccxt.NullResponse("no order"), (), OutcomeUnknown),
        # What was taken before the doors were closed is not told by it.
        (ccxt.OnMaintenance("down"), (), OutcomeUnknown),
        (ccxt.InvalidOrder("not so"), (), OrderRefused),
        # An answer of a shape that ccxt stumbles over tells nothing of the order.
        (TypeError("'NoneType' object is not subscriptable"), (), OutcomeUnknown),
        (KeyError("txid"), (), OutcomeUnknown),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, Exception) else "",
)
def test_an_answer_to_an_order_means(error: Exception, known: tuple[Refusal, ...], kind: type[Exception]) -> None:
    assert type(told(error, known)) is kind


@pytest.mark.parametrize("error", [ccxt.NetworkError("cut"), ccxt.BadResponse("<html>"), TypeError("shape")])
def test_an_unclear_answer_to_a_question_is_no_outcome(error: Exception) -> None:
    assert type(told(error, sending=False)) is ExchangeDown


@pytest.mark.parametrize(
    "cause",
    [
        requests.exceptions.SSLError("bad record mac"),
        requests.exceptions.ChunkedEncodingError("Response ended prematurely"),
        requests.exceptions.ContentDecodingError("failed to decode it"),
        requests.exceptions.TooManyRedirects("Exceeded 30 redirects."),
        requests.exceptions.ConnectionError("Connection refused"),
        requests.exceptions.ConnectTimeout("timed out"),
    ],
    ids=lambda cause: type(cause).__name__,
)
def test_a_way_that_breaks_has_refused_nothing(cause: Exception) -> None:
    error = ccxt.ExchangeError("kraken POST https://api.kraken.com/0/private/AddOrder?cl_ord_id=1")
    error.__cause__ = cause
    assert type(told(error, KRAKEN, status=None)) is OutcomeUnknown
    assert type(told(error, KRAKEN, status=None, sending=False)) is ExchangeDown


def test_a_whole_answer_with_a_bad_status_is_an_answer() -> None:
    error = ccxt.ExchangeError("kraken POST")
    error.__cause__ = requests.exceptions.HTTPError("415 Client Error")
    assert type(told(error, KRAKEN, status=415)) is OrderRefused


@pytest.mark.parametrize("status", [500, 502, 503, 520, 599])
def test_a_failing_server_has_refused_nothing(status: int) -> None:
    refusal = ccxt.ExchangeError('{"message": "no"}')
    assert type(told(refusal, status=status)) is OutcomeUnknown
    # A page of something in between may hold any word.
    for page in ("<html>unauthorized</html>", "forbidden", "EAPI:Rate limit exceeded", "Deadline elapsed"):
        for known in (ALPACA, KRAKEN, COINBASE):
            assert type(told(ccxt.RateLimitExceeded(page), known, status=status)) is OutcomeUnknown
    overloaded = ccxt.OperationFailed('binance {"code":-1008,"msg":"Server is overloaded."}')
    assert type(told(overloaded, BINANCE, status=status)) is ExchangeBusy
    assert type(told(refusal, status=400)) is OrderRefused


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('binance {"code":-1100,"msg":"Illegal characters found."}', "Illegal characters found."),
        ('kraken {"error":["EOrder:Trading agreement required"]}', "EOrder:Trading agreement required"),
        ('{"error_response":{"error":"X","message":"Too far","error_details":"from the price"}}', "from the price"),
        ("binance GET https://api.binance.com/x?signature=abc&timestamp=1 418", "binance GET  418"),
    ],
)
def test_the_words_are_the_exchanges_own_and_hold_no_address(text: str, words: str) -> None:
    assert told(ccxt.ExchangeError(text)).reason == words


@pytest.mark.parametrize("kind", [AlpacaAdapter, BinanceAdapter, CoinbaseAdapter, KrakenAdapter])
def test_the_page_of_a_failing_server_says_nothing_of_an_order(kind: type[Adapter]) -> None:
    adapter = kind(VENUES[kind.__name__.removesuffix("Adapter").lower()], client=None, is_testnet=False)
    page = f"<html>{' '.join(kind.not_found)}</html>"
    failing = ccxt.ExchangeNotAvailable(f"GET https://api.example.com/orders 502 Bad Gateway {page}")
    assert not adapter._is_absent(failing)
    assert adapter._is_absent(ccxt.ExchangeError(page))
    assert adapter._is_absent(ccxt.OrderNotFound("gone"))

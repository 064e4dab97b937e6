"""Turns what ccxt raises into our own errors, in plain words and without secrets."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ccxt

from backend.exchanges.errors import (
    ClockOff,
    ExchangeBusy,
    ExchangeDown,
    ExchangeProblem,
    InsufficientBalance,
    KeyRefused,
    MarketUnavailable,
    OrderRefused,
    OutcomeUnknown,
)

UNREADABLE = (TypeError, KeyError, ValueError, AttributeError, IndexError, ArithmeticError)
"""What ccxt stumbles with over an answer that is not of the shape it expects."""


@dataclass(frozen=True)
class Refusal:
    """A text that an exchange's answer holds, and what it means; `words` replace the exchange's own, if given."""

    text: str
    means: Callable[[str], ExchangeProblem]
    words: str = ""


class Unclear(ExchangeProblem):
    """The exchange's answer leaves open what became of the request; made OutcomeUnknown or ExchangeDown."""


@dataclass(frozen=True)
class Circumstances:
    """What is known of a failed call: the answer's HTTP status (None: no answer) and seconds of its Retry-After."""

    is_sending: bool
    """Whether something was to be changed at the exchange."""
    status: int | None
    retry_after: float | None


_IN_ORDER: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[str], ExchangeProblem]], ...] = (
    (ccxt.OnMaintenance, ExchangeDown),
    ((ccxt.AuthenticationError, ccxt.PermissionDenied, ccxt.AccountSuspended), KeyRefused),
    (ccxt.InvalidNonce, ClockOff),
    (ccxt.InsufficientFunds, InsufficientBalance),
    (ccxt.BadSymbol, MarketUnavailable),
    ((ccxt.OperationFailed, ccxt.BadResponse, ccxt.NullResponse), Unclear),
    (ccxt.BaseError, OrderRefused),
)


def translate(error: Exception, known: Sequence[Refusal], circumstances: Circumstances) -> ExchangeProblem:
    """Our error for what ccxt raised; `known` are the venue's own texts, which go before ccxt's reading of them."""
    text = str(error).replace('" : ', '":').replace('": ', '":')
    slow_down = ExchangeBusy("The exchange asks to slow down.", circumstances.retry_after)
    if circumstances.status in {418, 429}:
        return slow_down
    for refusal in known:
        if refusal.text in text:
            return _settled(refusal.means(refusal.words or plain_reason(text)), circumstances)
    if isinstance(error, ccxt.RateLimitExceeded | ccxt.DDoSProtection):
        return slow_down
    if circumstances.status is not None and circumstances.status >= 500:
        return _settled(Unclear(""), circumstances)
    for kinds, means in _IN_ORDER:
        if isinstance(error, kinds):
            return _settled(means(plain_reason(text)), circumstances)
    # What is left are answers of a shape that ccxt cannot read.
    return _settled(Unclear(""), circumstances)


def _settled(problem: ExchangeProblem, circumstances: Circumstances) -> ExchangeProblem:
    if not isinstance(problem, Unclear):
        return problem
    if circumstances.is_sending:
        return OutcomeUnknown("The exchange gave no clear answer.")
    return ExchangeDown("The exchange did not answer.")


_SENTENCES = (
    re.compile(r'"msg":\s*"([^"]+)"'),
    re.compile(r'"error_details":\s*"([^"]+)"'),
    re.compile(r'"message":\s*"([^"]+)"'),
    re.compile(r'"error":\s*\[\s*"([^"]+)"'),
    re.compile(r'"error":\s*"([^"]+)"'),
)
_ADDRESS = re.compile(r"\w+://\S+")


def plain_reason(text: str) -> str:
    """The exchange's own words out of ccxt's text, such as `binance {"code":-2015,"msg":"Invalid API-key."}`."""
    for sentence in _SENTENCES:
        found = sentence.search(text)
        if found:
            return _without_addresses(found.group(1))
    return _without_addresses(text)


def _without_addresses(text: str) -> str:
    # An address of a signed request carries its signature.
    return _ADDRESS.sub("", text).strip()[:300]

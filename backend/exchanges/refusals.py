"""Turns what ccxt raises into our own errors, in plain words and without secrets."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ccxt
import requests

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
    """A text that an exchange's answer holds, and what it means; `words` replace the exchange's own, if given.

    `of_failing_server`: whether it means so in an answer of 500 and above too. Of those only what the exchange itself
    calls certain is believed: such a page may come from anything in between, and hold any word.
    """

    text: str
    means: Callable[[str], ExchangeProblem]
    words: str = ""
    of_failing_server: bool = False


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
    ((ccxt.AuthenticationError, ccxt.PermissionDenied, ccxt.AccountSuspended), KeyRefused),
    (ccxt.InvalidNonce, ClockOff),
    (ccxt.InsufficientFunds, InsufficientBalance),
    (ccxt.BadSymbol, MarketUnavailable),
    ((ccxt.OperationFailed, ccxt.BadResponse, ccxt.NullResponse), Unclear),
    (ccxt.BaseError, OrderRefused),
)


def translate(error: Exception, known: Sequence[Refusal], circumstances: Circumstances) -> ExchangeProblem:
    """Our error for what ccxt raised; `known` are the venue's own texts, which go before ccxt's reading of them.

    Where something was sent, ExchangeBusy and its kinds are made of answers only by which the exchange says that it did
    not take the request: too many of them (418, 429, its own words for it), a time or a number that is off. Of
    maintenance and of a broken server nobody knows what they took before.
    """
    problem = _meaning(error, known, circumstances)
    if not isinstance(problem, Unclear):
        return problem
    if circumstances.is_sending:
        return OutcomeUnknown("The exchange gave no clear answer.")
    return ExchangeDown("The exchange did not answer.")


def _meaning(error: Exception, known: Sequence[Refusal], circumstances: Circumstances) -> ExchangeProblem:
    if _was_cut_off(error):
        return Unclear("")
    text = str(error).replace('" : ', '":').replace('": ', '":')
    slow_down = ExchangeBusy("The exchange asks to slow down.", circumstances.retry_after)
    if circumstances.status in {418, 429}:
        return slow_down
    is_failing = circumstances.status is not None and circumstances.status >= 500
    for refusal in known:
        if refusal.text in text and (refusal.of_failing_server or not is_failing):
            return refusal.means(refusal.words or plain_reason(text))
    if not is_failing:
        if isinstance(error, ccxt.RateLimitExceeded | ccxt.DDoSProtection):
            return slow_down
        for kinds, means in _IN_ORDER:
            if isinstance(error, kinds):
                return means(plain_reason(text))
    # What is left are servers that fail, and answers of a shape that ccxt cannot read.
    return Unclear("")


def _was_cut_off(error: Exception) -> bool:
    """Whether the way broke before the whole answer was there; ccxt calls some of it a refusal of the exchange."""
    cause = error.__cause__
    return isinstance(cause, requests.RequestException) and not isinstance(cause, requests.HTTPError)


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

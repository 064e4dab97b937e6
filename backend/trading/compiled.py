"""How the hot functions are compiled: kept on disk, without the interpreter's lock, divisions as in numpy."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


_HERE = Path(__file__).parent


def _source_digest() -> str:
    digest = hashlib.sha256()
    for source in sorted(_HERE.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


CODE_VERSION = _source_digest()
"""Names this very state of the core: the same version gives the same results."""

# numba looks only at the file of a function itself; a change in what it calls would leave stale code in its cache.
numba.config.CACHE_DIR = str(  # type: ignore[attr-defined]
    Path(os.environ.get("NUMBA_CACHE_DIR") or _HERE / "__pycache__") / f"compiled-{CODE_VERSION}"
)


def compiled(function: Function) -> Function:
    """Compile at the first call."""
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def compiled_without_nan(function: Function) -> Function:
    """The same where no value is NaN: the compiler may then compare several values at once."""
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"nnan", "nsz"})(function))


def inlined(function: Function) -> Function:
    """The same, written into its callers: for calls whose own cost would show a few thousand times over."""
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")(function))


def in_plain_python(function: Function) -> Function:
    """What a compiled function was made of."""
    return cast(Function, function.py_func)  # type: ignore[attr-defined]

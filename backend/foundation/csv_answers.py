"""Lists as CSV (RFC 4180): every row that matches, with the columns of the list's schema."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Response, request
from marshmallow import Schema

from backend.foundation.pagination import Portions
from backend.foundation.requests import platform

MOST_ROWS = 100_000
CONTENT_TYPE = "text/csv; charset=utf-8; header=present"

_IN_MEMORY = 2 * 1024**2
_PIECE = 64 * 1024
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\Z")


def csv_answer(schema: type[Schema], total: int, portions: Portions) -> Response:
    """The whole list as a file; `X-Row-Limit` says when it was cut, `X-Total-Count` how long the list is.

    The rows are read before the first is sent: a slow reader holds no connection to the database, and what fails is
    still answered as an error.
    """
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
    try:
        _write(file, schema(many=True), portions)
    except BaseException:
        file.close()
        raise
    length = file.tell()
    file.seek(0)
    response = Response(_pieces(file), content_type=CONTENT_TYPE)
    # Also where nobody reads it.
    response.call_on_close(file.close)
    response.content_length = length
    response.headers["X-Total-Count"] = str(total)
    if total > MOST_ROWS:
        response.headers["X-Row-Limit"] = str(MOST_ROWS)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers.set("Content-Disposition", "attachment", filename=_file_name())
    return response


def _write(file: IO[bytes], schema: Schema, portions: Portions) -> None:
    names = [field.data_key or name for name, field in schema.dump_fields.items()]
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    left = MOST_ROWS
    # Closed when it is cut too, for the database holds the rest ready.
    with closing(portions):
        for portion in portions:
            rows = schema.dump(list(islice(portion, left)))
            writer.writerows([safe_cell(row.get(name)) for name in names] for row in rows)
            left -= len(rows)
            if left <= 0:
                break
    # It is the file that goes on; closing the text would close it too.
    text.flush()
    text.detach()


def safe_cell(value: Any) -> Any:
    """A value as a spreadsheet may safely open it: text that it would take for a formula begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence | dict) and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(_FORMULA) and not _NUMBER.match(value):
        return f"'{value}"
    return value


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _file_name() -> str:
    day = platform().clock.now().date().isoformat()
    return f"{request.path.rsplit('/', 1)[-1]}-{day}.csv"

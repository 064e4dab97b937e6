"""Lists as CSV: every row, the schema's columns, nothing that a spreadsheet would take for a formula."""

import csv
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from backend.bots.models import TradingBot
from backend.foundation import csv_answers, pagination
from backend.foundation.platform import Platform
from backend.tests.factories import Factory
from backend.tests.foundation.paged_lists import Reader, paged_lists


def rows_of(answer: Any) -> list[list[str]]:
    """The rows of a file, the names of the columns first."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8"), newline="")))


def test_every_list_is_to_be_had_as_a_file_with_all_its_rows(client: FlaskClient, reader: Reader) -> None:
    walked = {}
    for one in paged_lists(client):
        names, *rows = rows_of(reader.get(one.path, "?limit=2", accept="text/csv"))
        page = reader.get(one.path, "?limit=2").get_json()["data"]
        assert sorted(names) == sorted(one.columns), one.path
        assert len(rows) == page["total"], one.path
        for row, item in zip(rows, page["items"], strict=False):
            for name, cell in zip(names, row, strict=True):
                if isinstance(item[name], str) and not item[name].startswith(("=", "+", "-", "@")):
                    assert cell == item[name], (one.path, name)
        walked[one.path] = len(rows)
    assert walked["/trades"] == walked["/orders"] == walked["/bots"] == 30
    assert walked["/bots/{bot_id}/trades"] == 1


def test_cells_are_safe_and_read_back_whatever_they_hold(
    client: FlaskClient, platform: Platform, make: Factory
) -> None:
    user = make.user()
    texts = {
        '=HYPERLINK("http://x","y")': "'=HYPERLINK(\"http://x\",\"y\")",
        "+cmd|' /C calc'!A0": "'+cmd|' /C calc'!A0",
        "-1+1": "'-1+1",
        "@sum": "'@sum",
        "-12.5": "-12.5",
        'Quotes " and, commas': 'Quotes " and, commas',
        "Two\nlines": "Two\nlines",
        "Größe in ₿": "Größe in ₿",
    }  # fmt: skip
    for text in texts:
        make.bot(user.id, name=text, paper_balance="-7")
    answer = client.get("/api/v1/bots", headers={**make.headers(user), "Accept": "text/csv"})
    assert answer.headers["Content-Disposition"] == "attachment; filename=bots-2026-03-02.csv"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert "Accept" in answer.headers["Vary"]
    assert answer.get_data().count(b"\r\n") == len(texts) + 1
    names, *rows = rows_of(answer)
    cells = [dict(zip(names, row, strict=True)) for row in rows]
    assert {cell["name"] for cell in cells} == set(texts.values())
    first = cells[0]
    assert (first["paper_balance"], first["is_paper_trading"], first["api_key_id"]) == ("-7", "true", "")
    assert (first["symbols"], first["strategy_config"]) == ('["BTC/USDT"]', '{"long_period": 3, "short_period": 2}')


def test_filters_and_order_hold_in_the_file_too(platform: Platform, reader: Reader) -> None:
    with platform.database.across_tenants("test") as session:
        session.execute(update(TradingBot).where(TradingBot.name.in_(["Bot 3", "Bot 11"])).values(status="paused"))
    names, *rows = rows_of(reader.get("/bots", "?status=paused&sort=-name&offset=1", accept="text/csv"))
    assert [row[names.index("name")] for row in rows] == ["Bot 3", "Bot 11"]


def test_a_list_that_is_too_long_is_cut_and_says_so(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_answers, "MOST_ROWS", 12)
    # Some at a time, so that the rest is still to be read when it is cut, from a file that is on disk by then.
    monkeypatch.setattr(pagination, "_PORTION", 5)
    monkeypatch.setattr(csv_answers, "_IN_MEMORY", 100)
    answer = reader.get("/trades", accept="text/csv")
    assert (answer.headers["X-Row-Limit"], answer.headers["X-Total-Count"]) == ("12", "30")
    assert len(rows_of(answer)) == 1 + 12
    whole = reader.get("/bots/{bot_id}/trades", accept="text/csv")
    assert (whole.headers.get("X-Row-Limit"), whole.headers["X-Total-Count"]) == (None, "1")


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/csv;q=0.4, application/json;q=0.9", "application/json"),
        ("text/csv, application/json;q=0.9", "text/csv"),
        ("text/*", "text/csv"),
        ("text/html, */*;q=0.1", "application/json"),
        ("application/json;q=0, */*", "text/csv"),
        ("*/*", "application/json"),
        ("", "application/json"),
    ],
)
def test_the_form_is_the_one_that_the_client_likes_best(reader: Reader, accept: str, form: str) -> None:
    assert reader.get("/trades", accept=accept).mimetype == form


@pytest.mark.parametrize(("path", "accept"), [("/trades", "text/html"), ("/portfolio", "text/csv"), ("/trades", "x")])
def test_a_form_that_there_is_not_is_refused_in_the_envelope(reader: Reader, path: str, accept: str) -> None:
    answer = reader.get(path, accept=accept)
    assert (answer.status_code, answer.mimetype) == (406, "application/json")
    assert answer.get_json()["code"] == "NOT_ACCEPTABLE"


def test_what_goes_wrong_on_the_way_is_answered_as_an_error(reader: Reader) -> None:
    answer = reader.get("/trades", "?sort=colour", accept="text/csv")
    assert (answer.status_code, answer.mimetype) == (422, "application/json")

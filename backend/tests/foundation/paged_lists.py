"""The paged lists of the API, read from its document, and a user who has something in each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from backend.tests.factories import Factory


@dataclass(frozen=True)
class PagedList:
    """One list: its address, the names of its columns and the orders it may be had in."""

    path: str
    columns: tuple[str, ...]
    sorts: tuple[str, ...]


def paged_lists(client: FlaskClient) -> Iterator[PagedList]:
    """Every paged list of the document that is not of one backtest, which has to have run."""
    document = client.get("/api/v1/swagger.json").get_json()
    definitions = document["definitions"]
    for path, operations in document["paths"].items():
        operation = operations.get("get", {})
        answer = operation.get("responses", {}).get("200", {}).get("schema", {}).get("$ref", "")
        if not answer.endswith("PageAnswer") or "{backtest_id}" in path:
            continue
        items = definitions[answer.rsplit("/", 1)[1]]["properties"]["data"]["properties"]["items"]
        columns = definitions[items["items"]["$ref"].rsplit("/", 1)[1]]["properties"]
        sorts = [one.get("enum", ()) for one in operation["parameters"] if one["name"] == "sort"]
        yield PagedList(path, tuple(columns), tuple(sorts[0]) if sorts else ())


class Reader:
    """A user with thirty bots and thirty lines in each list of the trading record, who is an administrator too."""

    def __init__(self, client: FlaskClient, make: Factory, user: Any, bot_id: str) -> None:
        self._client, self._headers, self._bot_id = client, make.headers(user), bot_id

    def get(self, path: str, query: str = "", accept: str | None = None) -> Any:
        """The answer of one list; `path` may name a bot."""
        headers = self._headers | ({"Accept": accept} if accept else {})
        return self._client.get(f"/api/v1{path.format(bot_id=self._bot_id)}{query}", headers=headers)

    def items(self, path: str, query: str = "") -> list[dict[str, Any]]:
        """The items of one page."""
        answer = self.get(path, query)
        assert answer.status_code == 200, (path, query, answer.get_json())
        items: list[dict[str, Any]] = answer.get_json()["data"]["items"]
        return items

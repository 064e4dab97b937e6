"""What the attacks need: an exchange that answers, a mailbox, and the routes as the application tells them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.config import Settings
from backend.foundation.ids import new_id
from backend.foundation.platform import Platform
from backend.tests.accounts.conftest import PostOffice
from backend.tests.mail_server import Mailbox, running_mail_server

ARGUMENTS = {"exchange_id": "binance", "name": "rsi", "token": "none"}
"""What stands for arguments that are no ids."""


@dataclass(frozen=True)
class Operation:
    """One method of one address: which fields its JSON body has (None: it reads none), and which its query string."""

    method: str
    path: str
    body: frozenset[str] | None
    query: tuple[str, ...]

    def address(self, **arguments: Any) -> str:
        """The address with these arguments, and ids of nothing for the others."""
        parts = [
            str({**ARGUMENTS, **arguments}.get(part[1:-1], new_id())) if part.startswith("{") else part
            for part in self.path.split("/")
        ]
        return f"/api/v1{'/'.join(parts)}"


@pytest.fixture(scope="session")
def mail_port_and_box() -> Iterator[tuple[int, Mailbox]]:
    """One mail server a test process."""
    box = Mailbox()
    with running_mail_server(box) as port:
        yield port, box


@pytest.fixture(scope="session")
def settings(plain_settings: Settings, sandbox_url: str, mail_port_and_box: tuple[int, Mailbox]) -> Settings:
    """The settings of this worker, with the sandbox in the exchanges' place and a mail server."""
    port, _ = mail_port_and_box
    addresses = {venue: f"{sandbox_url}/{venue}" for venue in ("binance", "kraken", "coinbase")}
    changes = {
        "sandbox_url": sandbox_url,
        "exchange_urls": addresses,
        "frontend_url": "https://page.example.com",
        "mail_server": "127.0.0.1",
        "mail_port": port,
    }
    return plain_settings.model_copy(update=changes)


@pytest.fixture
def post(platform: Platform, mail_port_and_box: tuple[int, Mailbox]) -> PostOffice:
    """The post office, with an empty box."""
    _, box = mail_port_and_box
    box.mails.clear()
    return PostOffice(platform, box)


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    """The API's document, which holds every route."""
    told: dict[str, Any] = client.get("/api/v1/swagger.json").get_json()
    return told


@pytest.fixture
def operations(document: dict[str, Any]) -> list[Operation]:
    """Every route of the API."""
    return [
        _operation(method.upper(), path, operation["parameters"], document["definitions"])
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]


def _operation(method: str, path: str, parameters: list[dict[str, Any]], definitions: dict[str, Any]) -> Operation:
    references = [one["schema"]["$ref"].rsplit("/", 1)[1] for one in parameters if one["in"] == "body"]
    bodies = [frozenset(definitions[name].get("properties", {})) for name in references]
    query = tuple(one["name"] for one in parameters if one["in"] == "query")
    return Operation(method, path, bodies[0] if bodies else None, query)

"""Requests made from the document, good and bad: no answer is outside the document, none is an error of the server."""

import re
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.schemas import BaseSchema

from backend.tests.factories import Factory

CONFIGURATION: dict[str, Any] = {
    "seed": 20260302,
    # A busy machine is slow, not wrong.
    "suppress-health-check": ["all"],
    "generation": {"max-examples": 3, "database": "none", "no-shrink": True},
    "phases": {
        "coverage": {"unexpected-methods": ["delete", "patch", "trace"]},
        "stateful": {"generation": {"max-examples": 50}},
    },
    "checks": {
        "enabled": False,
        **{
            name: {"enabled": True}
            for name in (
                "not_a_server_error",
                "status_code_conformance",
                "content_type_conformance",
                "response_headers_conformance",
                "response_schema_conformance",
                "negative_data_rejection",
                "unsupported_method",
                "use_after_free",
            )
        },
    },
}
ONE_BY_ONE, LINKED = ["examples", "coverage", "fuzzing"], ["stateful"]
PARTS: dict[str, tuple[list[str], dict[str, Any], set[str]]] = {
    "reading": (ONE_BY_ONE, {"method": "GET"}, {"GET /trades", "GET /bots", "GET /users/me", "GET /exchanges"}),
    "changing": (
        ONE_BY_ONE,
        {"method": ["POST", "PUT", "PATCH", "DELETE"]},
        {"POST /access-tokens", "POST /bots", "PATCH /users/me"},
    ),
    "linked": (LINKED, {}, set()),
}
"""What is asked apart, so that it can be asked side by side: the phases, which routes, and which of them have to have
answered with what they are for."""


class Server:
    """Hands out whole answers and closes what they were read from, as servers do and the library does not."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        answer = self._app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            getattr(answer, "close", lambda: None)()


@pytest.fixture
def schema(app: Flask, make: Factory) -> BaseSchema:
    """The application's document; each operation is asked by a user of its own."""
    config = SchemathesisConfig.from_dict(CONFIGURATION)
    loaded = schemathesis.openapi.from_wsgi("/api/v1/swagger.json", Server(app), config=config)
    logins: dict[str, dict[str, str]] = {}

    @loaded.auth()
    class Login:
        def get(self, case: schemathesis.Case[Any], _context: Any) -> dict[str, str]:
            # What ends logins, or deletes the account, ends nobody else's. What is linked belongs together.
            label = "linked" if case.meta and case.meta.phase.name == "stateful" else case.operation.label
            if label not in logins:
                logins[label] = make.headers(make.user(role="admin"))
            return logins[label]

        def set(self, case: schemathesis.Case[Any], data: dict[str, str], _context: Any) -> None:
            # The library reads WSGI answers as they are, compressed ones too.
            case.headers.update({**data, "Accept-Encoding": "identity"})

    return loaded


@pytest.mark.parametrize("part", PARTS)
def test_every_answer_is_one_of_the_document(schema: BaseSchema, part: str) -> None:
    phases, chosen, well_used = PARTS[part]
    for name in (*ONE_BY_ONE, *LINKED):
        getattr(schema.config.phases, name).enabled = name in phases
    failures: dict[tuple[str, str, str], str] = {}
    errors: list[events.EngineEvent] = []
    succeeded: set[str] = set()
    asked = 0
    for event in from_schema(schema.include(**chosen) if chosen else schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            errors.append(event)
        if isinstance(event, events.ScenarioFinished):
            asked += len(event.recorder.interactions)
            succeeded |= successes_of(event.recorder)
            failures |= failures_of(event.recorder, schema.raw_schema)
    assert errors == []
    assert not failures, "\n\n".join(f"{told}\n{sample}" for told, sample in failures.items())
    assert asked > 100
    assert succeeded >= well_used


def successes_of(recorder: ScenarioRecorder) -> set[str]:
    """The operations that answered with what they are for."""
    return {
        recorder.cases[case_id].value.operation.label
        for case_id, interaction in recorder.interactions.items()
        if interaction.response is not None and interaction.response.status_code < 300
    }


def failures_of(recorder: ScenarioRecorder, document: dict[str, Any]) -> dict[tuple[str, str, str], str]:
    """What is wrong with the answers, each with a command that asks the same again."""
    found = {}
    for case_id, checks in recorder.checks.items():
        answer = recorder.interactions[case_id].response
        for check in checks:
            if check.failure_info is None:
                continue
            failure, sample = check.failure_info.failure, check.failure_info.code_sample
            if answer is None or not is_accepted(failure, answer.status_code, sample, document):
                found[failure.operation or "", type(failure).__name__, failure.message] = sample
    return found


def is_accepted(failure: Failure, status: int, sample: str, document: dict[str, Any]) -> bool:
    """Whether the library expects what the document does not promise."""
    kind = type(failure).__name__
    # The sandbox does not speak Alpaca's language: an exchange that is down, of which the document tells.
    if kind == "ServerError" and status == 503 and "alpaca" in sample:
        return True
    # Swagger 2 names the types of a route's answers, not of each answer: one without content has none.
    if kind == "MissingContentType" and status == 204:
        return True
    # Yes and no may come as 1 and 0 or as text, as forms and scripts send them.
    wrong = re.search(r"in body - (\w+): Incorrect type", failure.message)
    return kind == "AcceptedNegativeData" and wrong is not None and is_yes_or_no(wrong[1], document)


def is_yes_or_no(name: str, document: dict[str, Any]) -> bool:
    """Whether every field of this name is a boolean."""
    found = [one["properties"][name] for one in document["definitions"].values() if name in one.get("properties", {})]
    return bool(found) and all(one.get("type") == "boolean" for one in found)

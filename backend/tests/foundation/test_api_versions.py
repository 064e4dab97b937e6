"""A second version stands beside the first without touching it, and what goes away says so in time."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_restx import Namespace
from marshmallow import fields

from backend.accounts.authentication import authenticated
from backend.app import create_app
from backend.bots.api import strategies
from backend.config import Settings
from backend.foundation.deprecation import deprecated
from backend.foundation.errors import Conflict
from backend.foundation.platform import Platform
from backend.foundation.rest import ApiResource, answers
from backend.foundation.schemas import StrictSchema
from backend.foundation.versions import api_version
from backend.operations.api_docs import serve_documentation
from backend.tests.factories import Factory

SINCE, SUNSET = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)


class NewShapeSchema(StrictSchema):
    """A bot as the second version shows it."""

    title = fields.String(required=True)


def second_version() -> Any:
    """Bots have changed in it, strategies have not."""
    bots = Namespace("bots", description="Bots of another shape")

    @bots.route("")
    class NewBots(ApiResource):
        @authenticated("bots:read")
        @answers(NewShapeSchema, many=True)
        def get(self) -> list[dict[str, str]]:
            """Bots."""
            return [{"title": "Changed"}]

    @bots.route("/old")
    class OldWay(ApiResource):
        @authenticated("bots:read")
        @deprecated(since=SINCE, sunset=SUNSET, instead="/api/v2/bots")
        @answers(NewShapeSchema, many=True)
        def get(self) -> list[dict[str, str]]:
            """Bots, the old way."""
            return [{"title": "Old"}]

        @authenticated("bots:write")
        @deprecated(since=SINCE, sunset=SUNSET, instead="/api/v2/bots")
        @answers(NewShapeSchema)
        def post(self) -> dict[str, str]:
            """Nothing any more."""
            raise Conflict("Too late.")

    return api_version("v2", "2.0.0", (bots, strategies), serve_documentation)


@pytest.fixture
def both(settings: Settings, platform: Platform) -> FlaskClient:
    """An application with both versions."""
    app = create_app(settings, platform)
    app.register_blueprint(second_version())
    return app.test_client()


def test_a_second_version_leaves_the_first_as_it_was(
    app: Flask, client: FlaskClient, both: FlaskClient, make: Factory
) -> None:
    headers = make.headers(make.user())
    assert both.get("/api/v1/swagger.json").get_json() == client.get("/api/v1/swagger.json").get_json()
    second = both.get("/api/v2/swagger.json").get_json()
    assert second["paths"].keys() == {"/bots", "/bots/old", "/strategies", "/strategies/{name}"}
    assert (second["basePath"], second["info"]["version"]) == ("/api/v2", "2.0.0")
    assert both.get("/api/v1/bots", headers=headers).get_json()["data"]["items"] == []
    assert both.get("/api/v2/bots", headers=headers).get_json()["data"] == [{"title": "Changed"}]
    same = [both.get(f"/api/{version}/strategies", headers=headers).get_json()["data"] for version in ("v1", "v2")]
    assert same[0] == same[1]
    missing = both.get("/api/v2/trades", headers=headers)
    assert (missing.status_code, missing.get_json()["code"]) == (404, "NOT_FOUND")
    assert both.get("/api/v2/docs").status_code == 200


def test_what_goes_away_says_so_in_every_answer_and_in_the_document(both: FlaskClient, make: Factory) -> None:
    headers = make.headers(make.user())
    for answer, status in (
        (both.get("/api/v2/bots/old", headers=headers), 200),
        (both.post("/api/v2/bots/old", headers=headers), 409),
        (both.get("/api/v2/bots/old"), 401),
    ):
        assert answer.status_code == status
        assert answer.headers["Deprecation"] == f"@{int(SINCE.timestamp())}"
        assert answer.headers["Sunset"] == "Tue, 01 Sep 2026 00:00:00 GMT"
        assert answer.headers["Link"] == '</api/v2/bots>; rel="successor-version"'
    staying = both.get("/api/v2/bots", headers=headers)
    assert not {"Deprecation", "Sunset", "Link"} & set(staying.headers.keys())
    paths = both.get("/api/v2/swagger.json").get_json()["paths"]
    assert paths["/bots/old"]["get"]["deprecated"] is True
    assert "2026-09-01" in paths["/bots/old"]["get"]["description"]
    assert "deprecated" not in paths["/bots"]["get"]

"""Versions of the API: each a blueprint of its own under /api/<name>, with its own document."""

from collections.abc import Callable, Sequence

from flask import Blueprint
from flask_restx import Namespace

from backend.foundation.rest import RestApi

_DESCRIPTION = """Run your own trading bots.

- Errors come in one shape (`ErrorAnswer`), lists in pages (`limit`, `offset`), money and quantities as strings.
- Lists are sorted by `sort=-created_at`, narrowed by their fields, and given whole as CSV to `Accept: text/csv`.
- A POST with an `Idempotency-Key` acts once, however often it is sent.
- `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` tell how you stand; `x-rate-limit` names the budget.
- A route that goes away says so by `Deprecation`, `Sunset` and `Link`, long before it goes."""


def api_version(
    name: str, release: str, namespaces: Sequence[Namespace], draw: Callable[[RestApi, Blueprint], None]
) -> Blueprint:
    """The blueprint of one version, such as v1; a namespace may belong to several, what changed has one of its own.

    `draw` serves the page of the document.
    """
    blueprint = Blueprint(f"api_{name}", __name__, url_prefix=f"/api/{name}")
    api = RestApi(
        blueprint, version=release, title="Tradefleet API", description=_DESCRIPTION, doc="/docs", validate=False
    )
    draw(api, blueprint)
    for namespace in namespaces:
        api.add_namespace(namespace)
    return blueprint

"""Writes the API document (Swagger 2.0) that the web page's types are generated from."""

import json
import sys
from pathlib import Path
from typing import Any

from backend.app import create_app


def api_document() -> dict[str, Any]:
    """The document as the running platform serves it."""
    app = create_app()
    with app.test_client() as client:
        document: dict[str, Any] = client.get("/api/v1/swagger.json").get_json()
    # The host of whoever asked is no part of the interface.
    document.pop("host", None)
    return document


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(api_document(), indent=2, ensure_ascii=False) + "\n")

"""The page of the API's document: Swagger UI without a line of inline script, so that the security policy holds."""

from flask import Blueprint, Response, url_for
from flask_restx import Api

_PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>{title}</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="{assets}swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui" data-document="{document}"></div>
    <script src="{assets}swagger-ui-bundle.js"></script>
    <script src="{start}"></script>
  </body>
</html>
"""
_START = """const place = document.getElementById('swagger-ui');
SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  docExpansion: 'none',
  displayRequestDuration: true,
  validatorUrl: null,
});
"""


def serve_documentation(api: Api, blueprint: Blueprint) -> None:
    """Draw the document at the address that flask-restx keeps for it."""

    @api.documentation
    def page() -> Response:
        assets = url_for("restx_doc.static", filename="")
        start = url_for(f"{blueprint.name}.start_documentation")
        text = _PAGE.format(title=api.title, assets=assets, document=api.specs_url, start=start)
        return Response(text, mimetype="text/html")

    @blueprint.get("/docs/start.js")
    def start_documentation() -> Response:
        return Response(_START, mimetype="text/javascript")

"""The sandbox's page: what it is, API keys for each venue, the markets and the newest journal entries."""

import html
from pathlib import Path
from string import Template
from typing import Any, Final

from aiohttp import web

from backend.sandbox.control import market_list
from backend.sandbox.matching import Exchange

_TEMPLATE: Final = Template((Path(__file__).parent / "page.html").read_text(encoding="utf-8"))
_SHOWN_ENTRIES: Final = 20
# Nothing from elsewhere: the page is one file and talks to this process alone.
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Page:
    """Draws the page for a browser."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def show(self, _request: web.Request) -> web.Response:
        """The page as it stands now."""
        self._exchange.settle()
        entries = self._exchange.journal.entries(newest=_SHOWN_ENTRIES)
        text = _TEMPLATE.substitute(
            markets="".join(_market_row(row) for row in market_list(self._exchange)),
            entries="".join(_entry_row(entry) for entry in reversed(entries))
            or '<tr><td colspan="5" class="quiet">Nothing yet.</td></tr>',
        )
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
        return web.Response(text=text, content_type="text/html", headers=headers)


def _market_row(row: dict[str, Any]) -> str:
    symbol = html.escape(row["symbol"])
    return (
        f'<tr><td>{symbol}</td><td class="number" data-price="{symbol}">{row["price"]}</td>'
        f'<td class="quiet">{row["source"]}</td></tr>'
    )


def _entry_row(entry: dict[str, Any]) -> str:
    words = [
        str(entry[name])
        for name in ("side", "kind", "quantity", "symbol", "price", "label")
        if entry.get(name) not in {None, "", "0"}
    ]
    return (
        f'<tr><td class="number">{entry["seq"]}</td><td><time data-at="{entry["at"]}"></time></td>'
        f"<td>{html.escape(entry['venue'])}</td>"
        f"<td>{html.escape(entry['type'].replace('_', ' '))}</td><td>{html.escape(' '.join(words))}</td></tr>"
    )

"""What axe finds on a page, and how it is used without a mouse."""

from functools import cache
from typing import Any

from playwright.sync_api import Page, ViewportSize

from backend.config import PROJECT_ROOT

PHONE: ViewportSize = {"width": 375, "height": 812}
DESK: ViewportSize = {"width": 1440, "height": 900}

_SERIOUS = {"serious", "critical"}


@cache
def _axe() -> str:
    return (PROJECT_ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()


def serious_findings(page: Page) -> list[str]:
    """Violations of WCAG A and AA that axe calls serious or critical, each with where it is."""
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations']})"
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in _SERIOUS
        for node in one["nodes"]
    ]


def tab_to(page: Page, label: str, most: int = 80) -> None:
    """Press Tab until what has the focus is called `label`. Raises AssertionError where it is not reached."""
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
                const focused = document.activeElement;
                const labels = [...(focused?.labels ?? [])].map((label) => label.innerText);
                return [focused?.getAttribute('aria-label') ?? '', focused?.innerText ?? '', ...labels];
            }"""
        )
        if any(str(words).strip().startswith(label) for words in name):
            return
    raise AssertionError(f"Tab does not reach “{label}”")

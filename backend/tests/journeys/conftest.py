"""One running platform and one real browser for all journeys."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from backend.config import PROJECT_ROOT
from backend.tests.journeys.running_platform import RunningPlatform, free_ports

_RECORDING = PROJECT_ROOT.parent / "shared" / "data" / "candles" / "ftx_BTC-USD-PERP_1m.csv.gz"
_PATIENCE_MILLISECONDS = 30_000
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these a browser in a closed network keeps asking for hosts that are not there.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def var_folder() -> Iterator[Path]:
    """A folder that PostgreSQL, which runs as nobody under root, may enter."""
    folder = Path(tempfile.mkdtemp(prefix="tradefleet-journey-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def running(var_folder: Path) -> Iterator[RunningPlatform]:
    """The platform on a recorded candle file where one is beside the project, else on the sandbox's generator."""
    settings = {"SANDBOX_CANDLES": f"BTC/USDT={_RECORDING}"} if _RECORDING.exists() else {}
    platform = RunningPlatform(var_folder / "var", free_ports(), settings)
    platform.start()
    yield platform
    left = platform.stop()
    assert left == [], f"still running after Ctrl-C: {left}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium: an installed one, else Playwright's own."""
    # A busy machine is slow, not wrong.
    expect.set_options(timeout=_PATIENCE_MILLISECONDS)
    installed = next((path for name in _CHROMIUMS if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=installed, args=_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, running: RunningPlatform) -> Iterator[Page]:
    """A fresh browser profile; the test fails when the page logs an error."""
    context = browser.new_context(base_url=running.url, viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    context.close()
    # A refused login or refresh is an answer, not a defect; the browser logs it all the same.
    assert [text for text in problems if "status of 4" not in text] == []

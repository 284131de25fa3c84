"""A Chromium to drive, and dashboards to drive it against."""

import functools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect
from pytest_playwright import CreateContextCallback

from core.settings import ROOT
from tests.browser.demo import open_demo
from tests.browser.servers import Server, serving
from tests.browser.waits import ANSWER_WITHIN, DRAW_WITHIN, listen

HERE = Path(__file__).resolve().parent
CHROMIUM_ARGS = [
    "--no-sandbox",  # containers often run as root
    "--disable-gpu",  # WebGL then runs in software, the same everywhere
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=ANSWER_WITHIN)


def find_chromium(playwrights_own: str) -> str:
    """The browser to use: MORPHOSPACE_CHROMIUM, then what is on the PATH, then Playwright's own."""
    named = os.environ.get("MORPHOSPACE_CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            pytest.fail(f"MORPHOSPACE_CHROMIUM names no program: {named!r}", pytrace=False)
        return named
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    if not Path(playwrights_own).exists():
        pytest.fail(
            "The browser tests need a Chromium. Install one (Debian and Ubuntu: apt-get install chromium),"
            " run `make chromium`, set MORPHOSPACE_CHROMIUM to the path of one, or leave these tests out"
            " with `make test-fast`.",
            pytrace=False,
        )
    return playwrights_own


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], playwright: Playwright) -> dict[str, Any]:
    """What pytest-playwright starts the browser with."""
    executable = find_chromium(playwright.chromium.executable_path)
    return {**browser_type_launch_args, "executable_path": executable, "args": CHROMIUM_ARGS}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start servers for a file of tests, each with a home of its own."""
    with serving(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="module")
def tiny_app(server: Server, tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Start a dashboard on some of the tiny checkpoints: ``tiny_app(*names)`` gives its address."""

    @functools.cache
    def start(*names: str) -> str:
        root = tmp_path_factory.mktemp("checkpoints")
        for name in names:
            shutil.copytree(tiny_root / name, root / name)
        return server(ROOT / "dashboard" / "app.py", env={"MORPHOSPACE_CHECKPOINTS": str(root)})

    return start


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """What pytest-playwright gives, as patient with clicks as with what it waits for."""
    context.set_default_timeout(DRAW_WITHIN)
    return context


@pytest.fixture
def sound_page(browser: Browser) -> Iterator[Page]:
    """A page that fails afterwards if its JavaScript raised."""
    page = browser.new_page(viewport={"width": 1440, "height": 1200})
    page.set_default_timeout(DRAW_WITHIN)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert not errors


@pytest.fixture
def phone(new_context: CreateContextCallback) -> BrowserContext:
    """A browser with a small screen and fingers."""
    context = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.set_default_timeout(DRAW_WITHIN)
    return context


@pytest.fixture
def sent() -> list[int]:
    """Sizes of the messages (bytes) that the page sent to Python, for fixtures that `listen`."""
    return []


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the page that shows the components."""
    # From dashboard/ for its theme, and without that folder on the module path.
    env = {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    with serving(tmp_path_factory) as start:
        yield start(HERE / "components_demo.py", env=env, cwd=ROOT / "dashboard")


@pytest.fixture(scope="session")
def shared(browser: Browser) -> Iterator[BrowserContext]:
    """One context, so that Streamlit's scripts are fetched once; each page in it is a session of its own."""
    context = browser.new_context()
    context.set_default_timeout(DRAW_WITHIN)
    yield context
    context.close()


@pytest.fixture
def demo(shared: BrowserContext, demo_url: str, sent: list[int]) -> Iterator[Page]:
    """The page of the components, ready; fails afterwards if its JavaScript raised."""
    page = shared.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    listen(page, sent)
    try:
        open_demo(page, demo_url)
        yield page
        assert not errors
        expect(page.get_by_test_id("stException")).to_have_count(0)
    finally:
        page.close()

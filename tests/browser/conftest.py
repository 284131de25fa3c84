"""A Chromium to drive, and dashboards to drive it against."""

import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.browser.demo import open_demo

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ANSWER_WITHIN = 15_000  # ms; a run takes 0.2 s, and seconds while something else keeps the machine busy
START_WITHIN = 60  # s; torch's first import on a busy machine takes a while
DRAW_WITHIN = 120_000  # ms; for a page's first run on a busy machine
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

Server = Callable[..., str]


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


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(
    script: Path, *, env: dict[str, str], cwd: Path, log: Path, port: int | None = None, killed: bool = False
) -> Iterator[str]:
    """Run ``streamlit run script`` on a free port of this machine; gives its address, ends it afterwards.

    ``killed``: not by asking it to end, but with kill -9 to its whole process group.
    """
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    flags = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        *(f"--{k}={v}" for k, v in flags.items()),
    ]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **env}, stdout=output, stderr=output, start_new_session=killed
        )
        try:
            _wait(process, url, log)
            yield url
        finally:
            if killed:
                os.killpg(process.pid, signal.SIGKILL)
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Return once the server is healthy; fail with the end of its log when it is not."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    end = "exited" if process.poll() is not None else f"was not healthy within {START_WITHIN} s"
    pytest.fail(f"The server {end}:\n{log.read_text()[-2000:]}", pytrace=False)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start servers that live until the session ends: ``server(script, env=..., cwd=...)`` gives the address."""
    with ExitStack() as stack:

        def start(script: Path, *, env: dict[str, str] | None = None, cwd: Path = ROOT) -> str:
            log = tmp_path_factory.mktemp("server") / f"{script.stem}.log"
            return stack.enter_context(running(script, env=env or {}, cwd=cwd, log=log))

        yield start


@pytest.fixture(scope="session")
def app_url(server: Server) -> str:
    """Address of the dashboard with the checkpoints of this repository."""
    return server(ROOT / "dashboard" / "app.py")


@pytest.fixture(scope="session")
def tiny_app(server: Server, tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Start a dashboard on some of the tiny checkpoints: ``tiny_app(*names)`` gives its address."""

    @functools.cache
    def start(*names: str) -> str:
        root = tmp_path_factory.mktemp("checkpoints")
        for name in names:
            shutil.copytree(tiny_root / name, root / name)
        return server(ROOT / "dashboard" / "app.py", env={"MORPHOSPACE_CHECKPOINTS": str(root)})

    return start


def done(page: Page) -> None:
    """Wait until the page's script is done."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached(
        timeout=DRAW_WITHIN
    )


@pytest.fixture(scope="session")
def demo_url(server: Server) -> str:
    """Address of the page that shows the components."""
    # From dashboard/ for its theme, and without that folder on the module path.
    env = {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    return server(HERE / "components_demo.py", env=env, cwd=ROOT / "dashboard")


@pytest.fixture(scope="session")
def shared(browser: Browser) -> Iterator[BrowserContext]:
    """One context, so that Streamlit's scripts are fetched once; each page in it is a session of its own."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def demo(shared: BrowserContext, demo_url: str) -> Iterator[Page]:
    """The page of the components, ready; fails afterwards if its JavaScript raised."""
    page = shared.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_demo(page, demo_url)
    yield page
    assert not errors
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.close()

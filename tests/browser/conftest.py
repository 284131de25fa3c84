"""A Chromium to drive, and dashboards to drive it against."""

import os
import shutil
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
from playwright.sync_api import Playwright, expect

ROOT = Path(__file__).resolve().parents[2]
ANSWER_WITHIN = 15_000  # ms; a run takes 0.2 s, and seconds while something else keeps the machine busy
START_WITHIN = 60  # s; torch's first import on a busy machine takes a while
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


@contextmanager
def running(script: Path, *, env: dict[str, str], cwd: Path, log: Path) -> Iterator[str]:
    """Run ``streamlit run script`` on a free port of this machine; gives its address, ends it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
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
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **env}, stdout=output, stderr=output)
        try:
            _wait(process, url, log)
            yield url
        finally:
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

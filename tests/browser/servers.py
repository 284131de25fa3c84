"""Dashboards in processes of their own, each on a port and in a home of its own."""

import os
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

import pytest

from core.settings import ROOT
from tests.browser.slow_network import delayed

START_WITHIN = 180  # s; torch's first import on a busy machine takes a while
SLOW = float(os.environ.get("MORPHOSPACE_SLOW", 0))  # s; see slow_network.py
PORTS = 5  # that are tried; another process may take a port between its choice and its use

Server = Callable[..., str]


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class PortTakenError(Exception):
    """Another process listens there."""


@contextmanager
def running(
    script: Path, *, env: dict[str, str], cwd: Path, log: Path, port: int | None = None, killed: bool = False
) -> Iterator[str]:
    """Run ``streamlit run script`` on a free port of this machine; gives its address, ends it afterwards.

    ``killed``: not by asking it to end, but with kill -9 to its whole process group.
    """
    with ExitStack() as stack, log.open("w") as output:
        for left in reversed(range(PORTS)):
            chosen = port or free_port()
            process = subprocess.Popen(
                _command(script, chosen),
                cwd=cwd,
                env={**os.environ, **env},
                stdout=output,
                stderr=output,
                start_new_session=killed,
            )
            stack.callback(_end, process, killed)
            try:
                _wait(process, chosen, log)
                break
            except PortTakenError:
                if port or not left:
                    raise
        yield f"http://127.0.0.1:{chosen}"


def _command(script: Path, port: int) -> list[str]:
    flags = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    return [sys.executable, "-m", "streamlit", "run", str(script), *(f"--{k}={v}" for k, v in flags.items())]


def _end(process: subprocess.Popen[bytes], killed: bool) -> None:
    if killed and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return once the server is healthy; fail with the end of its log when it is not."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        # It says its address once the port is its own: health alone may be that of another server there.
        if f"127.0.0.1:{port}" in log.read_text() and _healthy(port):
            return
        time.sleep(0.05)
    said = log.read_text()
    if f"Port {port} is not available" in said:
        raise PortTakenError(said[-2000:])
    end = "exited" if process.poll() is not None else f"was not healthy within {START_WITHIN} s"
    pytest.fail(f"The server {end}:\n{said[-2000:]}", pytrace=False)


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=10) as answer:
            return answer.read() == b"ok"
    except (urllib.error.URLError, OSError):
        return False


def fresh(folder: Path) -> dict[str, str]:
    """An environment that is the same on every machine: nobody's home, no data, nothing kept by an earlier run."""
    return {
        "MORPHOSPACE_HOME": str(folder / "home"),
        "MORPHOSPACE_CACHE": str(folder / "cache"),
        "MORPHOSPACE_CHECKPOINTS": "",
        "MORPHOSPACE_DATA": "",
        "MORPHOSPACE_DEVICE": "cpu",
    }


@contextmanager
def serving(folders: pytest.TempPathFactory) -> Iterator[Server]:
    """Start servers that live until the end: ``start(script, env=..., cwd=...)`` gives the address."""
    with ExitStack() as stack:

        def start(script: Path, *, env: dict[str, str] | None = None, cwd: Path = ROOT) -> str:
            folder = folders.mktemp("server")
            log = folder / f"{script.stem}.log"
            address = stack.enter_context(running(script, env=fresh(folder) | (env or {}), cwd=cwd, log=log))
            return delayed(address, SLOW) if SLOW else address

        yield start

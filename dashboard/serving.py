"""What makes pages open sooner: Streamlit's own files from memory."""

import mimetypes
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import media

STATIC = Path(st.__file__).parent / "static"


def middleware(base: str = "") -> list[Middleware]:
    """For an app that is served below the path ``base``."""
    below = f"/{base.strip('/')}" if base.strip("/") else ""
    return [Middleware(FromMemory, below=below)]


class FromMemory:
    """Serves the files of Streamlit's browser side, whose names hold digests, each read from disk once.

    A page takes over 100 of them, and by the usual way each passes through several threads. Only names that were
    there at the start are served, so what is kept is bounded by what Streamlit ships.
    """

    def __init__(self, app: ASGIApp, *, below: str) -> None:
        self.app = app
        self.files = {f"{below}/{path.relative_to(STATIC).as_posix()}": path for path in _files()}
        self.kept: dict[str, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or scope.get("method") != "GET" or path not in self.files:
            return await self.app(scope, receive, send)
        if path not in self.kept:
            self.kept[path] = self.files[path].read_bytes()
        content = self.kept[path]
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        headers = {"content-type": kind, "content-length": str(len(content)), "x-content-type-options": "nosniff"}
        headers["cache-control"] = media.FOREVER["Cache-Control"]
        packed = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": packed})
        await send({"type": "http.response.body", "body": content})


def _files() -> list[Path]:
    return [path for path in (STATIC / "static").rglob("*") if path.is_file()]

"""Answers over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.serve.refusals import RefusalError
from kg.serve.syntaxes import write_content_type

_CHUNK_BYTES = 64 * 1024
_PREFLIGHT_SECONDS = "86400"


class FileResponse(Response):
    """An answer out of a file, of which never more than a part is in memory.

    Args:
        path: The file, which need not outlast the call.
        size: How long it is, in bytes.
        media_type: What it holds.
        headers: Further headers.
    """

    def __init__(
        self, path: Path, size: int, media_type: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(headers=headers)
        # Opened at once: whoever made the file may remove it now.
        self._file = path.open("rb")
        self.headers["content-length"] = str(size)
        self.headers["content-type"] = write_content_type(media_type)

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Send the answer."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        with self._file as file:
            await send(start)
            while scope["method"] != "HEAD" and (chunk := file.read(_CHUNK_BYTES)):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


class Headers:
    """Adds to every answer of an application what holds for all.

    Any page may read the answers (https://fetch.spec.whatwg.org/#http-cors-protocol): none
    depends on who asks.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a browser's question what it may ask at once."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"access-control-allow-origin", b"*"),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        asked = {name for name, _ in scope["headers"]}
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in asked:
            headers = {
                "access-control-allow-methods": "GET, HEAD, POST",
                "access-control-allow-headers": "accept, content-type",
                "access-control-max-age": _PREFLIGHT_SECONDS,
            }
            await Response(status_code=204, headers=headers)(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)


def refuse(_: Request, refusal: Exception) -> Response:
    """The answer to a request that is refused."""
    assert isinstance(refusal, RefusalError)
    return PlainTextResponse(
        f"{refusal.message}\n", status_code=refusal.status, headers=refusal.headers
    )

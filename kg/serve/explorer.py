"""The explorer over HTTP: its page, and what the page asks for while it is explored."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kg.serve.pool import Pool
from kg.serve.prepared_files import PreparedFiles
from kg.serve.processes import Answer
from kg.serve.protocol import read_neighbourhood, read_search
from kg.serve.refusals import RefusalError
from kg.serve.syntaxes import HTML, write_content_type

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class _Page:
    data: bytes
    policy: str


class Explorer:
    """Answers what concerns the explorer.

    Args:
        ask: Has a worker answer a request, and ends it where its client goes away.
        pool: Knows what graph it is.
        files: Has the page and the index of the search.
    """

    def __init__(
        self,
        ask: Callable[[Request, Mapping[str, Any]], Awaitable[Answer]],
        pool: Pool,
        files: PreparedFiles,
    ) -> None:
        self._ask, self._pool, self._files = ask, pool, files
        self._page: _Page | None = None

    async def show_page(self, request: Request) -> Response:
        """The page, with an overview of the graph in it."""
        self._check_graph()
        if self._page is None:
            path = await self._files.find("overview")
            # The reader will want to search.
            self._files.start("index")
            self._page = await asyncio.to_thread(_load_page, path)
        policy = {"content-security-policy": f"{self._page.policy}; frame-ancestors 'none'"}
        return _answer_once(request, self._page.data, HTML, policy)

    async def answer_neighbourhood(self, request: Request) -> Response:
        """A node of the graph with some of its neighbours."""
        node, offset, limit = read_neighbourhood(request.scope["query_string"])
        self._check_graph()
        answer = await self._ask(
            request, {"kind": "neighbourhood", "node": node, "offset": offset, "limit": limit}
        )
        return _answer_once(request, answer.data, _JSON)

    async def answer_search(self, request: Request) -> Response:
        """Nodes that a text may mean."""
        text = read_search(request.scope["query_string"])
        self._check_graph()
        index = await self._files.find("index")
        answer = await self._ask(
            request, {"kind": "suggestions", "text": text, "index": str(index)}
        )
        return _answer_once(request, answer.data, _JSON)

    def _check_graph(self) -> None:
        if self._pool.facts["base_iri"] is None:
            raise RefusalError(
                404, "the explorer needs a graph that kg wrote; this one can be queried at /"
            )


def _load_page(path: Path) -> _Page:
    # What draws the picture takes long to import, and a server without explorers never needs it.
    from kg.export.html.page import find_policy

    return _Page(path.read_bytes(), find_policy(served=True))


def _answer_once(
    request: Request, data: bytes, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer, or the word that the client has it already.

    See https://www.rfc-editor.org/rfc/rfc9110#name-if-none-match.
    """
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    sent = {"etag": tag, "cache-control": "no-cache", **(headers or {})}
    known = request.headers.get("if-none-match", "")
    if tag in (part.strip().removeprefix("W/") for part in known.split(",")):
        return Response(status_code=304, headers=sent)
    return Response(data, headers={"content-type": write_content_type(media_type), **sent})

"""What the server answers at which address."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kg.serve.addresses import EXPLORER_PATH, NEIGHBOURHOOD_PATH, SEARCH_PATH
from kg.serve.explorer import Explorer
from kg.serve.limits import Limits
from kg.serve.negotiation import choose_media_type
from kg.serve.pages import PAGE_HEADERS, Pages
from kg.serve.pool import Pool
from kg.serve.prepared_files import PreparedFiles
from kg.serve.processes import Answer
from kg.serve.protocol import (
    FORM,
    QueryRequest,
    check_content_type,
    read_get,
    read_graph_name,
    read_iri,
    read_post,
)
from kg.serve.refusals import RefusalError
from kg.serve.responses import FileResponse, Headers, refuse
from kg.serve.service_description import describe_service, link_description
from kg.serve.syntaxes import (
    GRAPH_SYNTAXES,
    HTML,
    RESULT_SYNTAXES,
    choose_graph_type,
    refuse_types,
    write_content_type,
)
from kg.vocabulary import NODE_KINDS, encode_local_name

_VARIES: Mapping[str, str] = {"vary": "accept"}
# A form holds the dataset beside the query, and its escapes make three bytes of one.
_FORM_BYTES = 20_000
_STATIC = Path(__file__).parent / "static"


def make_application(pool: Pool, files: PreparedFiles, limits: Limits) -> Starlette:
    """The application over a pool of workers.

    Args:
        pool: Answers the requests; it must have started before the first comes.
        files: What the explorer needs beside.
        limits: What clients may ask.
    """
    endpoint = _Endpoint(pool, limits)
    explorer = Explorer(endpoint.ask, pool, files)
    return Starlette(
        routes=[
            Route("/", endpoint.show_home),
            Route("/sparql", endpoint.answer_query, methods=["GET", "POST"]),
            Route("/data", endpoint.answer_graph),
            Route("/resource", endpoint.answer_resource),
            Route("/health", endpoint.answer_health),
            Route(EXPLORER_PATH, explorer.show_page),
            Route(NEIGHBOURHOOD_PATH, explorer.answer_neighbourhood),
            Route(SEARCH_PATH, explorer.answer_search),
            Mount("/static", StaticFiles(directory=_STATIC)),
            *(Route(f"/{kind}/{{name:path}}", endpoint.answer_node) for kind in NODE_KINDS),
        ],
        middleware=[Middleware(Headers)],
        exception_handlers={
            RefusalError: refuse,
            HTTPException: _explain_http_error,
            ClientDisconnect: _say_nothing,
        },
    )


class _Endpoint:
    def __init__(self, pool: Pool, limits: Limits) -> None:
        self._pool, self._limits = pool, limits
        self._pages = Pages()

    async def show_home(self, request: Request) -> Response:
        """The query page, or to a program the description of the service."""
        accept = request.headers.get("accept")
        if choose_media_type(accept, (HTML, *GRAPH_SYNTAXES)) in (HTML, None):
            return self._show_query_page()
        return self._describe_service(request)

    async def answer_query(self, request: Request) -> Response:
        """The SPARQL 1.1 Protocol; without a query, the description of the service."""
        if request.method == "POST":
            query: QueryRequest | None = await self._read_posted(request)
        else:
            query = read_get(request.scope["query_string"], self._limits.query_bytes)
        accept = request.headers.get("accept")
        if query is None:
            if choose_media_type(accept, (*GRAPH_SYNTAXES, HTML)) == HTML:
                return self._show_query_page()
            return self._describe_service(request)
        result_type = choose_media_type(accept, RESULT_SYNTAXES)
        graph_type = choose_media_type(accept, GRAPH_SYNTAXES)
        if result_type is None and graph_type is None:
            raise refuse_types("an answer", {**RESULT_SYNTAXES, **GRAPH_SYNTAXES})
        return await self._answer(
            request,
            {
                "kind": "query",
                "sparql": query.sparql,
                "default_graphs": query.default_graphs,
                "named_graphs": query.named_graphs,
                "result_type": result_type,
                "graph_type": graph_type,
            },
        )

    async def answer_graph(self, request: Request) -> Response:
        """Reading by the SPARQL 1.1 Graph Store HTTP Protocol."""
        name = read_graph_name(request.scope["query_string"])
        graph_type = choose_graph_type(request.headers.get("accept"))
        return await self._answer(
            request, {"kind": "graph", "graph": name, "graph_type": graph_type}
        )

    async def answer_resource(self, request: Request) -> Response:
        """What is known of any IRI."""
        return await self._answer_iri(request, read_iri(request.scope["query_string"]))

    async def answer_node(self, request: Request) -> Response:
        """What is known of a node of the graph, whose IRI the address mirrors."""
        base_iri = self._pool.facts["base_iri"]
        if base_iri is None:
            raise RefusalError(
                404, "the graph does not say what its namespace is; use /resource?iri=IRI"
            )
        return await self._answer_iri(
            request, base_iri + encode_local_name(request.scope["path"].removeprefix("/"))
        )

    async def answer_health(self, _: Request) -> Response:
        """Whether queries are answered."""
        if not self._pool.alive:
            raise RefusalError(503, "no worker can open the graph")
        return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})

    def _show_query_page(self) -> Response:
        page = self._pages.show_query(self._pool.facts, self._limits)
        return Response(page, media_type=HTML, headers={**PAGE_HEADERS, **_VARIES})

    def _describe_service(self, request: Request) -> Response:
        media_type = choose_graph_type(request.headers.get("accept"))
        try:
            description = describe_service(
                f"{request.url.scheme}://{request.url.netloc}/sparql", self._pool.facts, media_type
            )
        except ValueError:
            raise RefusalError(400, "the header Host is no host") from None
        return Response(description, headers={**_typed(media_type), **_VARIES})

    async def _answer_iri(self, request: Request, iri: str) -> Response:
        chosen = choose_media_type(request.headers.get("accept"), (*GRAPH_SYNTAXES, HTML))
        if chosen is None:
            raise refuse_types("a resource", {**GRAPH_SYNTAXES, HTML: None})
        headers = {"link": link_description(iri)}
        if chosen == HTML:
            answer = await self.ask(request, {"kind": "page", "iri": iri})
            page = self._pages.show_resource(json.loads(answer.data), self._pool.facts)
            return Response(page, media_type=HTML, headers={**PAGE_HEADERS, **_VARIES, **headers})
        return await self._answer(
            request, {"kind": "resource", "iri": iri, "graph_type": chosen}, headers
        )

    async def _answer(
        self,
        request: Request,
        asked: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        with self._pool.reserve_file() as path:
            answer = await self.ask(
                request,
                {**asked, "path": str(path), "result_bytes": self._limits.result_bytes},
            )
            media_type = answer.header["media_type"]
            sent = {**_VARIES, **(headers or {})}
            if answer.header["path"] is not None:
                return FileResponse(path, answer.header["size"], media_type, sent)
            return Response(answer.data, headers={**_typed(media_type), **sent})

    async def ask(self, request: Request, asked: Mapping[str, Any]) -> Answer:
        """Have a request answered, unless its client goes away before.

        Raises:
            RefusalError: It cannot be answered.
            ClientDisconnect: The client has gone.
        """
        asking = asyncio.ensure_future(self._pool.answer(asked))
        leaving = asyncio.ensure_future(_wait_for_disconnect(request))
        try:
            await asyncio.wait((asking, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise ClientDisconnect
            answer = asking.result()
        finally:
            asking.cancel()
            leaving.cancel()
        if answer.header["status"] != 200:
            raise RefusalError(answer.header["status"], answer.header["message"])
        return answer

    async def _read_posted(self, request: Request) -> QueryRequest:
        content_type = request.headers.get("content-type")
        limit = self._limits.query_bytes
        most = 3 * limit + _FORM_BYTES if check_content_type(content_type) == FORM else limit
        too_long = RefusalError(413, f"the query is longer than {limit:,} bytes; make it shorter")
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > most:
            raise too_long
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > most:
                raise too_long
        return read_post(request.scope["query_string"], content_type, bytes(body), limit)


async def _wait_for_disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _typed(media_type: str) -> dict[str, str]:
    return {"content-type": write_content_type(media_type)}


async def _explain_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = {
        404: "there is nothing at this address; queries go to /sparql",
        405: f"{request.method} is not for this address; the graph is read only",
    }.get(error.status_code, error.detail)
    return PlainTextResponse(f"{message}\n", status_code=error.status_code, headers=error.headers)


async def _say_nothing(_: Request, __: Exception) -> Response:
    # Nobody is there to read it.
    return Response(status_code=400)

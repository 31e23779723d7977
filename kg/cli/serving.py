"""`kg serve`: a SPARQL endpoint over a graph, with its explorer."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import app
from kg.cli.streams import write
from kg.errors import KgError


@app.command()
def serve(
    graph: Annotated[
        Path,
        typer.Argument(
            metavar="GRAPH", help="An output folder, a Turtle file, or the folder of a store."
        ),
    ],
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port to listen at; 0 for any free one.")
    ] = 8000,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen at; 0.0.0.0 for all of the machine's.")
    ] = "127.0.0.1",
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=0.1, help="Seconds that a query may run.")
    ] = 30.0,
    query_limit: Annotated[
        int, typer.Option("--query-limit", min=1, help="Kilobytes that a query may be long.")
    ] = 100,
    result_limit: Annotated[
        int, typer.Option("--result-limit", min=1, help="Megabytes that an answer may be long.")
    ] = 50,
    memory_limit: Annotated[
        int, typer.Option("--memory-limit", min=200, help="Megabytes of memory for a query.")
    ] = 1000,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=2, max=64, help="Queries that run at once."),
    ] = None,
) -> None:
    """Answer SPARQL over HTTP and show the graph in a browser, read only, until Ctrl-C."""
    try:
        from kg.serve.limits import Limits
        from kg.serve.opening import open_store
        from kg.serve.server import serve as run_server
    except ModuleNotFoundError as error:
        if error.name not in ("psutil", "starlette", "uvicorn"):
            raise
        raise KgError(
            f"{error.name} is not installed; install kg with its extra `serve`: "
            "pip install 'kg-abstracts[serve]'"
        ) from None
    limits = Limits(
        seconds=time_limit,
        query_bytes=query_limit * 1_000,
        result_bytes=result_limit * 1_000_000,
        memory_bytes=memory_limit * 1_000_000,
    )
    if workers is not None:
        limits = replace(limits, workers=workers)
    with open_store(graph) as store:
        run_server(
            store,
            host,
            port,
            limits,
            lambda url: write(
                f"Serving {graph} at {url} (queries at {url}sparql); end with Ctrl-C\n"
            ),
        )
    print("Stopped.", file=sys.stderr)  # noqa: T201

"""Servers for the tests: real ones, each a process of its own on a free port."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil

WAIT = 300
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
MODELS = "SELECT ?name { ?model a kg:Model ; skos:prefLabel ?name } ORDER BY ?name"

# For limits that the command line does not offer.
_WITH_LIMITS = """
import json, sys
from pathlib import Path
from kg.serve.limits import Limits
from kg.serve.opening import open_store
from kg.serve.server import serve
with open_store(Path(sys.argv[1])) as store:
    limits = Limits(**json.loads(sys.argv[2]))
    serve(store, "127.0.0.1", 0, limits, lambda url: print(url, flush=True))
"""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def media_type(self) -> str:
        return self.headers["content-type"].partition(";")[0]


@dataclass(frozen=True)
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    url: str
    greeting: str
    connections: ExitStack = field(default_factory=ExitStack)

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 0

    def fetch(
        self,
        path: str,
        method: str = "GET",
        body: bytes | str | None = None,
        **headers: str,
    ) -> Reply:
        """Send a request; `content_type=` is the header Content-Type."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        with closing(http.client.HTTPConnection(*self.address, timeout=WAIT)) as connection:
            connection.request(method, path, data, named)
            response = connection.getresponse()
            received = response.read()
        lowered = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, lowered, received)

    def ask(self, sparql: str, **headers: str) -> Reply:
        """Send a query by POST."""
        return self.fetch(
            "/sparql", "POST", sparql, content_type="application/sparql-query", **headers
        )

    def send(self, data: bytes) -> socket.socket:
        """Open a connection, at the latest closed with the server, and send whatever bytes."""
        connection = self.connections.enter_context(
            socket.create_connection(self.address, timeout=WAIT)
        )
        connection.sendall(data)
        return connection

    def send_query(self, sparql: str) -> socket.socket:
        """Send a query and do not wait for its answer."""
        return self.send(f"GET /sparql?query={quote(sparql)} HTTP/1.1\r\nHost: kg\r\n\r\n".encode())

    def list_workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self) -> tuple[int, str]:
        """End it as Ctrl-C does: its exit code and what it said on standard error."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=WAIT)
        return self.process.returncode, said


@contextmanager
def run_server(graph: Path, *options: str) -> Iterator[Server]:
    """`kg serve` over a graph."""
    command = [sys.executable, "-m", "kg", "serve", str(graph), "--port", "0", *options]
    with _run(command) as server:
        yield server


@contextmanager
def run_limited_server(graph: Path, **limits: float) -> Iterator[Server]:
    """A server with limits that `kg serve` has no option for."""
    command = [sys.executable, "-c", _WITH_LIMITS, str(graph), json.dumps(limits)]
    with _run(command) as server:
        yield server


@contextmanager
def _run(command: list[str]) -> Iterator[Server]:
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://\S+/", line)
            assert found, f"{line}{process.communicate(timeout=WAIT)[1]}"
            server = Server(process, found[0], line)
            with server.connections:
                yield server
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=WAIT)

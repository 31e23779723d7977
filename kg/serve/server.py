"""The server process: HTTP on one side, the workers on the other."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from kg.errors import KgError
from kg.serve.application import make_application
from kg.serve.connections import bound_connections
from kg.serve.limits import Limits
from kg.serve.pool import Pool
from kg.serve.prepared_files import PreparedFiles

_BACKLOG = 2048
_LAST_ANSWERS_SECONDS = 2
_HEADER_BYTES = 16_000


def serve(
    store: Path, host: str, port: int, limits: Limits, on_start: Callable[[str], None]
) -> None:
    """Serve a store until the process is told to end by SIGINT or SIGTERM.

    Args:
        store: Folder of the store.
        host: Address to listen at.
        port: Port to listen at; 0 for any that is free.
        limits: What clients may ask.
        on_start: Called with the URL of the server once it answers.

    Raises:
        KgError: The address cannot be listened at.
        GraphError: The store cannot be opened.
    """
    # That a client has hung up is no news.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    with _listen(host, port) as listener, tempfile.TemporaryDirectory(prefix="kg-") as scratch:
        asyncio.run(_serve(store, Path(scratch), listener, limits, on_start))


async def _serve(
    store: Path,
    scratch: Path,
    listener: socket.socket,
    limits: Limits,
    on_start: Callable[[str], None],
) -> None:
    pool = Pool(store, scratch, limits)
    files = PreparedFiles(store, scratch)
    server = _Server(
        pool,
        files,
        uvicorn.Config(
            make_application(pool, files, limits),
            http=bound_connections(limits.transfer),
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_level="error",
            access_log=False,
            server_header=False,
            limit_concurrency=limits.connections,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
            # A query may stand in the URL, where each of its bytes may take three.
            h11_max_incomplete_event_size=3 * limits.query_bytes + _HEADER_BYTES,
        ),
    )
    with server.capture_signals():
        try:
            await pool.start()
            if not server.should_exit:
                on_start(_write_url(listener))
                await server.serve(sockets=[listener])
        finally:
            await files.close()
            await pool.close()


class _Server(uvicorn.Server):
    """Ends in order at a signal: first the queries, then the connections, then the process."""

    def __init__(self, pool: Pool, files: PreparedFiles, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._pool, self._files = pool, files

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._files.close()
        await self._pool.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        signals = [signal.SIGINT, signal.SIGTERM]
        if sys.platform == "win32":
            signals.append(signal.SIGBREAK)
        before = {number: signal.signal(number, self.handle_exit) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        # create_server adds the address to the message of the system.
        reason = (error.strerror or str(error)).partition(" (")[0]
        raise KgError(
            f"cannot listen at {host} port {port} ({reason}); choose another with --host and --port"
        ) from None


def _write_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

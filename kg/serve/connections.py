"""Connections that cannot be held by a client that sends or takes nothing."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

_WAITS_FOR_REQUEST = frozenset({h11.IDLE, h11.SEND_BODY})
_TOO_LONG = 431


def bound_connections(seconds: float) -> type[H11Protocol]:
    """The HTTP protocol with a limit of time.

    Args:
        seconds: Within which a request must be there, and each part of an answer be taken.
    """

    class BoundedProtocol(H11Protocol):
        _request_timer: asyncio.TimerHandle | None = None
        _answer_timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._await_request()

        def connection_lost(self, exc: Exception | None) -> None:
            self._end_request_timer()
            self._end_answer_timer()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.conn.their_state in _WAITS_FOR_REQUEST:
                self._await_request()
            else:
                self._end_request_timer()

        def pause_writing(self) -> None:
            super().pause_writing()
            self._end_answer_timer()
            self._answer_timer = self.loop.call_later(seconds, self.transport.abort)

        def resume_writing(self) -> None:
            self._end_answer_timer()
            super().resume_writing()

        def send_400_response(self, msg: str) -> None:
            error = sys.exception()
            status = getattr(error, "error_status_hint", 400)
            if status == _TOO_LONG:
                status, msg = 414, "The URL is too long; send the query by POST."
            headers: list[tuple[bytes, bytes]] = [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"access-control-allow-origin", b"*"),
                (b"connection", b"close"),
            ]
            events: list[Any] = [
                h11.Response(status_code=status, headers=headers, reason=STATUS_PHRASES[status]),
                h11.Data(data=f"{msg}\n".encode()),
                h11.EndOfMessage(),
            ]
            # The request may have gone wrong after its answer had begun.
            if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                for event in events:
                    self.transport.write(self.conn.send(event) or b"")
            self.transport.close()

        def _await_request(self) -> None:
            if self._request_timer is None:
                self._request_timer = self.loop.call_later(seconds, self.transport.abort)

        def _end_request_timer(self) -> None:
            if self._request_timer is not None:
                self._request_timer.cancel()
                self._request_timer = None

        def _end_answer_timer(self) -> None:
            if self._answer_timer is not None:
                self._answer_timer.cancel()
                self._answer_timer = None

    return BoundedProtocol

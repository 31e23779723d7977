"""What a client may ask of the server."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

MEGABYTE = 1_000_000


def _choose_workers() -> int:
    return min(max(4, os.cpu_count() or 1), 16)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a server.

    Attributes:
        seconds: How long a query may run, in seconds.
        query_bytes: How long the text of a query may be, in bytes of UTF-8.
        result_bytes: How long an answer may be, in bytes.
        memory_bytes: How much memory a worker process may have, in bytes, where the system can
            bound it.
        workers: How many queries run at once. Half of them, rounded down, may run for longer
            than `patience` while others wait.
        patience: After how many seconds of processor time a query counts as a long one.
        waiting: How many queries may wait for their turn.
        waiting_seconds: How long they may wait, in seconds.
        connections: How many clients may be connected.
        transfer: How many seconds a client may take to send a request, and to take each part
            of an answer.
    """

    seconds: float = 30.0
    query_bytes: int = 100_000
    result_bytes: int = 50 * MEGABYTE
    memory_bytes: int = 1_000 * MEGABYTE
    workers: int = field(default_factory=_choose_workers)
    patience: float = 1.0
    waiting: int = 500
    waiting_seconds: float = 30.0
    connections: int = 800
    transfer: float = 20.0

    @property
    def long_queries(self) -> int:
        """How many long queries keep their worker while others wait."""
        return self.workers // 2

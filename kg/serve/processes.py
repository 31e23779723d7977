"""One worker process, seen from the server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from kg.errors import GraphError

_START_SECONDS = 60.0
_LINE_LIMIT = 4_000_000


class WorkerStoppedError(Exception):
    """A worker process ended before it had answered.

    Args:
        signal: The signal that ended it, or 0.
    """

    def __init__(self, signal: int) -> None:
        super().__init__(signal)
        self.signal = signal


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answered.

    Attributes:
        header: As `kg.serve.worker.answer` makes it.
        data: The answer, where it is not in the file that the header names.
    """

    header: Mapping[str, Any]
    data: bytes


class WorkerProcess:
    """A worker process over a store; `start_worker` makes it.

    Attributes:
        facts: What it found out about the graph.
        busy_since: When it was given what it works on, by the monotonic clock in seconds, or
            None.
        worn: Whether it should be replaced, since it holds much memory.
    """

    def __init__(self, process: asyncio.subprocess.Process, facts: Mapping[str, Any]) -> None:
        self._process = process
        self._handle: psutil.Process | None = None
        with contextlib.suppress(psutil.NoSuchProcess):
            self._handle = psutil.Process(process.pid)
        self.facts = facts
        self.busy_since: float | None = None
        self.worn = False
        self._busy_from = 0.0

    @property
    def usable(self) -> bool:
        """Whether it can be given something to do."""
        ended = self._process.returncode is not None or _stdout(self._process).at_eof()
        return not (ended or self.worn or self.busy_since is not None)

    def measure_effort(self) -> float:
        """How many seconds of processor time it has spent on what it works on."""
        return self._read_processor_time() - self._busy_from

    async def ask(self, request: Mapping[str, Any]) -> Answer:
        """Have a request answered.

        Raises:
            WorkerStoppedError: The process ended before.
        """
        assert self._process.stdin is not None
        self.busy_since = time.monotonic()
        self._busy_from = self._read_processor_time()
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            await self._process.stdin.drain()
            header = await self._read_line()
            data = await _stdout(self._process).readexactly(header["length"])
        except (asyncio.IncompleteReadError, OSError):
            raise WorkerStoppedError(-min(0, await self._process.wait())) from None
        self.busy_since = None
        self.worn = header["worn"]
        return Answer(header, data)

    async def stop(self) -> None:
        """End the process, whatever it does."""
        self.kill()
        await self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()

    def kill(self) -> None:
        """Have the process end, without waiting for it."""
        # Not by the process of asyncio, which would look whether it has ended already, and so
        # take its exit code from the watcher of asyncio.
        if self._handle is not None:
            with contextlib.suppress(psutil.Error):
                self._handle.kill()

    def _read_processor_time(self) -> float:
        if self._handle is None:
            return 0.0
        try:
            times = self._handle.cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    async def _read_line(self) -> dict[str, Any]:
        return await _read_line(self._process)


async def start_worker(store: Path, memory_bytes: int) -> WorkerProcess:
    """Start a worker process and wait until it has opened the store.

    Raises:
        GraphError: It cannot.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kg.serve.worker",
        str(store),
        str(memory_bytes),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LINE_LIMIT,
        # Ctrl-C at the terminal is for the server, which then ends its workers in order.
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    try:
        async with asyncio.timeout(_START_SECONDS):
            facts = await _read_line(process)
    except (asyncio.IncompleteReadError, OSError):
        facts = {"error": "the process that should read it ended"}
    except BaseException:
        await WorkerProcess(process, {}).stop()
        raise
    worker = WorkerProcess(process, facts)
    if "error" in facts:
        await worker.stop()
        raise GraphError(f"{store}: cannot be opened ({facts['error']})")
    return worker


async def _read_line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    line = await _stdout(process).readuntil(b"\n")
    found: dict[str, Any] = json.loads(line)
    return found


def _stdout(process: asyncio.subprocess.Process) -> asyncio.StreamReader:
    assert process.stdout is not None
    return process.stdout

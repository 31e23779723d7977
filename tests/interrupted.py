"""Builds in processes of their own that are killed, or whose writes fail, at a chosen point.

The processes are forked from a server that has the pipeline loaded, so that each takes a moment.
"""

import ctypes
import multiprocessing
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from kg import pipeline
from kg.errors import KgError
from kg.extract import ReadingOptions
from kg.extract.processes import read_texts

TRACED = "write,pwrite64,pwritev,writev"
FORMATS = ("turtle", "html", "graphml")

_PR_SET_PTRACER = 0x59616D61
_PTRACER_ANY = ctypes.c_ulong(-1)

if multiprocessing.current_process().name != "MainProcess":
    read_texts(["We introduce CLIP."], None)

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


class _Teller:
    """Tells of each stage, and goes on when it is told to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, stage: str, total: int | None = None) -> None:
        self._connection.send(stage)
        self._connection.recv()

    def advance(self, count: int = 1) -> None:
        pass

    def note(self, text: str) -> None:
        pass


def _build(
    inputs: Sequence[str], output: Path, home: Path, workers: int, connection: Connection
) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _PTRACER_ANY, 0, 0, 0)
    os.environ["XDG_CACHE_HOME"] = str(home)
    try:
        pipeline.build(
            inputs,
            output,
            formats=FORMATS,
            reading=ReadingOptions(workers=workers),
            observer=_Teller(connection),
        )
    except KgError as error:
        connection.send(error)
    else:
        connection.send(None)


class Build:
    """A build that waits before each stage.

    Attributes:
        pid: Of its process.
        stage: What it waits to begin; None when it has ended.
        error: Why it failed, when it has ended by itself.
        exit_code: When it has ended: 0, or minus the signal.
    """

    def __init__(self, inputs: Sequence[str], output: Path, home: Path, workers: int) -> None:
        self._connection, other = _context.Pipe()
        self._process = _context.Process(target=_build, args=(inputs, output, home, workers, other))
        self._process.start()
        other.close()
        assert self._process.pid is not None
        self.pid: int = self._process.pid
        self.error: KgError | None = None
        self.stage: str | None = self._hear()

    @property
    def exit_code(self) -> int | None:
        return self._process.exitcode

    def go_on(self) -> None:
        """Let it do the stage that it waits to begin."""
        try:
            self._connection.send(None)
        except BrokenPipeError:
            self._process.join()
        self.stage = self._hear()

    def begin_stage(self) -> None:
        """Let it begin the stage, and do not wait for its end."""
        self._connection.send(None)

    def finish(self) -> None:
        """Let it do all that is left."""
        while self.stage is not None:
            self.go_on()

    def kill(self) -> None:
        """End it as nothing can be ended more suddenly."""
        os.kill(self.pid, signal.SIGKILL)
        self._process.join()
        self.stage = None

    def _hear(self) -> str | None:
        try:
            heard = self._connection.recv()
        except (EOFError, ConnectionResetError):
            heard = None
        if isinstance(heard, str):
            return heard
        self.error = heard
        self._process.join()
        return None


@contextmanager
def faults(build: Build, inject: str) -> Iterator[None]:
    """Injects faults into the system calls of a build that waits; `inject` is strace's."""
    with subprocess.Popen(
        ["strace", "-o", "/dev/null", "-p", str(build.pid), "-e", f"trace={TRACED}", "-e", inject],
        stderr=subprocess.PIPE,
        text=True,
    ) as strace:
        assert strace.stderr is not None
        assert "attached" in strace.stderr.readline()
        yield
        strace.terminate()


def count_writes(build: Build, log: Path) -> int:
    """Let a build that waits do all that is left, and count what it writes."""
    with subprocess.Popen(
        ["strace", "-o", str(log), "-p", str(build.pid), "-e", f"trace={TRACED}"],
        stderr=subprocess.PIPE,
        text=True,
    ) as strace:
        assert strace.stderr is not None
        assert "attached" in strace.stderr.readline()
        build.finish()
    return sum(line.split("(")[0] in TRACED.split(",") for line in log.read_text().splitlines())

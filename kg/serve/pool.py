"""The pool of worker processes: who works on what, who waits, and who is stopped."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kg.errors import GraphError
from kg.serve.limits import Limits
from kg.serve.processes import Answer, WorkerProcess, WorkerStoppedError, start_worker
from kg.serve.refusals import RETRY_AFTER, RefusalError

_SIGKILL = 9
_ATTEMPTS = 3
_SLOWNESS = 10
_RESTART_SECONDS = (0.0, 0.2, 1.0, 5.0)


class Pool:
    """Answers requests by a fixed number of worker processes.

    A query that runs out of time, or whose client has gone, is stopped by ending its process;
    another takes its place. While queries wait, only half of the workers may be held by long
    ones: of these the latest is stopped, so that short queries go on being answered.

    Args:
        store: Folder of the store.
        scratch: Folder for longer answers.
        limits: How many workers, how long and how much.
    """

    def __init__(self, store: Path, scratch: Path, limits: Limits) -> None:
        self._store, self._scratch, self._limits = store, scratch, limits
        self._workers: set[WorkerProcess] = set()
        self._idle: list[WorkerProcess] = []
        self._waiting: deque[asyncio.Future[WorkerProcess]] = deque()
        self._stopped: set[WorkerProcess] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._room_timer: asyncio.TimerHandle | None = None
        self._numbers = itertools.count()
        self._closed = False
        self.facts: Mapping[str, Any] = {}

    @property
    def alive(self) -> bool:
        """Whether any worker is there."""
        return bool(self._workers)

    async def start(self) -> None:
        """Start the workers.

        Raises:
            GraphError: The store cannot be opened.
        """
        started = await asyncio.gather(
            *(self._start_worker() for _ in range(self._limits.workers)), return_exceptions=True
        )
        failures = [result for result in started if isinstance(result, BaseException)]
        if failures:
            await self.close()
            raise failures[0]
        self.facts = next(iter(self._workers)).facts

    async def close(self) -> None:
        """End all workers."""
        self._closed = True
        if self._room_timer is not None:
            self._room_timer.cancel()
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(_refuse_at_the_end())
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.stop() for worker in [*self._workers]))
        self._workers.clear()

    @contextmanager
    def reserve_file(self) -> Iterator[Path]:
        """The name of a file for an answer; the file is removed after the block."""
        path = self._scratch / f"{next(self._numbers)}"
        try:
            yield path
        finally:
            _remove(path)

    async def answer(self, request: Mapping[str, Any]) -> Answer:
        """Have a request answered.

        Raises:
            RefusalError: It takes too long or too much, or the server is busy.
        """
        for _ in range(_ATTEMPTS):
            worker = await self._take()
            asking = asyncio.get_running_loop().create_task(worker.ask(request))
            asking.add_done_callback(_note_exception)
            try:
                async with asyncio.timeout(self._limits.seconds):
                    return await asyncio.shield(asking)
            except TimeoutError:
                worker.kill()
                raise RefusalError(
                    504,
                    f"the query was stopped after {self._limits.seconds:g} seconds; "
                    "ask for less, for example with LIMIT or a more specific pattern",
                ) from None
            except WorkerStoppedError as stopped:
                if self._closed:
                    raise _refuse_at_the_end() from None
                if worker in self._stopped:
                    raise RefusalError(
                        503,
                        "the server is busy, and the query takes long; try again later",
                        RETRY_AFTER,
                    ) from None
                if stopped.signal != _SIGKILL:
                    raise RefusalError(
                        422,
                        "the query is too large, or needs too much memory; ask for less",
                    ) from None
                # Somebody ended the process, which says nothing about the query.
            finally:
                self._run(self._finish(worker, asking, request.get("path")))
        raise RefusalError(503, "the query was stopped by the system; try again later", RETRY_AFTER)

    async def _finish(
        self, worker: WorkerProcess, asking: asyncio.Task[Answer], path: str | None
    ) -> None:
        """Have a worker again: soon, even if its client has gone."""
        if not asking.done():
            # To let it end costs less than a new process, if it is short.
            await asyncio.wait([asking], timeout=self._limits.patience)
            if not asking.done():
                worker.kill()
            await asyncio.wait([asking])
            if path is not None:
                _remove(Path(path))
        self._put_back(worker)

    async def _take(self) -> WorkerProcess:
        if self._closed:
            raise _refuse_at_the_end()
        while self._idle:
            worker = self._idle.pop()
            if worker.usable:
                return worker
            self._replace(worker)
        if len(self._waiting) >= self._limits.waiting:
            raise _refuse_busy()
        future: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._watch_room()
        try:
            async with asyncio.timeout(self._limits.waiting_seconds):
                return await future
        except BaseException as error:
            if future.done() and not future.cancelled() and future.exception() is None:
                self._put_back(future.result())
            if isinstance(error, TimeoutError):
                raise _refuse_busy() from None
            raise
        finally:
            with suppress(ValueError):
                self._waiting.remove(future)

    def _put_back(self, worker: WorkerProcess) -> None:
        """Give a worker to who waits longest; a new one where it cannot work on."""
        if self._closed:
            return
        if not worker.usable or worker in self._stopped:
            self._replace(worker)
            return
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(worker)
                return
        self._idle.append(worker)

    def _replace(self, worker: WorkerProcess) -> None:
        worker.kill()
        self._workers.discard(worker)
        self._stopped.discard(worker)
        self._run(self._restart(worker))

    async def _restart(self, old: WorkerProcess) -> None:
        await old.stop()
        for attempt in itertools.count():
            await asyncio.sleep(_RESTART_SECONDS[min(attempt, len(_RESTART_SECONDS) - 1)])
            with suppress(GraphError, OSError, TimeoutError):
                await self._start_worker()
                return

    async def _start_worker(self) -> None:
        worker = await start_worker(self._store, self._limits.memory_bytes)
        self._workers.add(worker)
        self._put_back(worker)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _watch_room(self) -> None:
        if self._room_timer is None and self._waiting and not self._closed:
            loop = asyncio.get_running_loop()
            self._room_timer = loop.call_later(self._limits.patience / 2, self._make_room)

    def _make_room(self) -> None:
        """Stop the long queries that are too many while others wait."""
        self._room_timer = None
        if self._waiting:
            long = sorted(
                (worker.busy_since, id(worker), worker)
                for worker in self._workers
                if worker.busy_since is not None and self._is_long(worker, worker.busy_since)
            )
            for *_, worker in long[self._limits.long_queries :]:
                self._stopped.add(worker)
                worker.kill()
        self._watch_room()

    def _is_long(self, worker: WorkerProcess, since: float) -> bool:
        # On a machine that has much else to do, any query takes long by the clock.
        return (
            worker.measure_effort() > self._limits.patience
            or time.monotonic() - since > _SLOWNESS * self._limits.patience
        )


def _refuse_busy() -> RefusalError:
    return RefusalError(503, "the server is busy; try again later", RETRY_AFTER)


def _refuse_at_the_end() -> RefusalError:
    return RefusalError(503, "the server is being stopped", RETRY_AFTER)


def _remove(path: Path) -> None:
    # Where an open file cannot be removed, it goes with its folder.
    with suppress(FileNotFoundError, PermissionError):
        path.unlink()


def _note_exception(task: asyncio.Task[Answer]) -> None:
    # The request may have been refused before its worker was heard of again.
    if not task.cancelled():
        task.exception()

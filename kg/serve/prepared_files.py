"""The files of the explorer, seen from the server: made when they are first asked for."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

from kg.serve.refusals import RETRY_AFTER, RefusalError

# A browser waits so long; whoever comes later finds what is being made.
_WAIT_SECONDS = 240.0


class PreparedFiles:
    """Has the explorer's files made, each once.

    Args:
        store: Folder of the store.
        scratch: Folder for the files.
    """

    def __init__(self, store: Path, scratch: Path) -> None:
        self._store, self._scratch = store, scratch
        self._tasks: dict[str, asyncio.Task[Path]] = {}
        self._closed = False

    def start(self, what: str) -> asyncio.Task[Path]:
        """Have a file made, unless it is there or being made.

        Args:
            what: The `overview` or the `index`, as `kg.serve.preparation` makes it.

        Raises:
            RefusalError: The server is being stopped.
        """
        if self._closed:
            raise _refuse_at_the_end()
        task = self._tasks.get(what)
        if task is None or (task.done() and task.exception() is not None):
            task = asyncio.get_running_loop().create_task(self._make(what))
            task.add_done_callback(_note_exception)
            self._tasks[what] = task
        return task

    async def find(self, what: str) -> Path:
        """The file, which is made where it is not there.

        Args:
            what: The `overview` or the `index`.

        Raises:
            RefusalError: It is not there yet, or cannot be made.
        """
        task = self.start(what)
        done, _ = await asyncio.wait([task], timeout=_WAIT_SECONDS)
        if not done:
            raise RefusalError(
                503, f"the {what} of the graph is being made; try again soon", RETRY_AFTER
            )
        if task.cancelled():
            raise _refuse_at_the_end()
        return task.result()

    async def close(self) -> None:
        """End what is being made."""
        self._closed = True
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _make(self, what: str) -> Path:
        path = self._scratch / what
        path.unlink(missing_ok=True)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kg.serve.preparation", str(self._store), what, str(path)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        try:
            code = await process.wait()
        except BaseException:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        if code:
            raise RefusalError(
                503,
                f"the {what} cannot be made: the graph is damaged, or too large for the machine",
            )
        return path


def _refuse_at_the_end() -> RefusalError:
    return RefusalError(503, "the server is being stopped", RETRY_AFTER)


def _note_exception(task: asyncio.Task[Path]) -> None:
    # Nobody may be waiting for it.
    if not task.cancelled():
        task.exception()

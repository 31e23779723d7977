"""Telling somebody at a terminal how a long run goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)


class ProgressObserver:
    """Shows each stage as a bar, and its time once it has ended where `verbose`.

    Args:
        progress: The bars; it may be disabled.
        verbose: Whether to leave a line for each stage.
    """

    def __init__(self, progress: Progress, *, verbose: bool) -> None:
        self._progress, self._verbose = progress, verbose
        self._task: TaskID | None = None
        self._stage = ""
        self._done = 0
        self._since = time.monotonic()

    def begin(self, stage: str, total: int | None = None) -> None:
        """The stage before has ended, and `stage` begins."""
        self.end()
        self._stage, self._done, self._since = stage, 0, time.monotonic()
        self._task = self._progress.add_task(stage, total=total)

    def advance(self, count: int = 1) -> None:
        """So many steps more are done."""
        self._done += count
        if self._task is not None:
            self._progress.advance(self._task, count)

    def end(self) -> None:
        """The last stage has ended."""
        if self._task is None:
            return
        self._progress.remove_task(self._task)
        self._task = None
        if self._verbose:
            seconds = time.monotonic() - self._since
            count = f" {self._done:,}" if self._done else ""
            self._progress.console.print(f"{self._stage}{count}: {seconds:.1f} s")


@contextmanager
def watch(*, quiet: bool, verbose: bool) -> Iterator[ProgressObserver]:
    """An observer that shows bars on a terminal, on standard error; none elsewhere."""
    console = Console(stderr=True, highlight=False)
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )
    with progress:
        observer = ProgressObserver(progress, verbose=verbose and not quiet)
        yield observer
        observer.end()

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
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from kg.terminal import style_text

_PAUSE = 60.0  # seconds between two lines where there is no bar


class ProgressObserver:
    """Shows each stage as a bar, and its time once it has ended where `verbose`.

    Args:
        progress: The bars; it may be disabled.
        verbose: Whether to leave a line for each stage, and, where there are no bars, one a
            minute within a stage.
        quiet: Whether to leave no line at all.
    """

    def __init__(self, progress: Progress, *, verbose: bool, quiet: bool) -> None:
        self._progress, self._verbose, self._quiet = progress, verbose, quiet
        self._task: TaskID | None = None
        self._stage = ""
        self._done = 0
        self._since = self._told = time.monotonic()
        self._total: int | None = None

    def begin(self, stage: str, total: int | None = None) -> None:
        """The stage before has ended, and `stage` begins."""
        self.end()
        self._stage, self._done, self._since = stage, 0, time.monotonic()
        self._total, self._told = total, self._since
        self._task = self._progress.add_task(stage, total=total)

    def advance(self, count: int = 1) -> None:
        """So many steps more are done."""
        self._done += count
        if self._task is not None:
            self._progress.advance(self._task, count)
        if self._verbose and self._progress.disable:
            self._tell_how_far()

    def note(self, text: str) -> None:
        """Leave a line that somebody should read."""
        if not self._quiet:
            self._print(text)

    def end(self) -> None:
        """The last stage has ended."""
        if self._task is None:
            return
        self._progress.remove_task(self._task)
        self._task = None
        if self._verbose:
            seconds = time.monotonic() - self._since
            self._print(f"{self._stage}{_count(self._done)}: {seconds:.1f} s")

    def _tell_how_far(self) -> None:
        now = time.monotonic()
        if now - self._told < _PAUSE:
            return
        self._told = now
        rate = self._done / (now - self._since)
        line = f"{self._stage}{_count(self._done)}"
        if self._total is not None:
            left = (self._total - self._done) / rate
            line += f" of {self._total:,}, {rate:.0f}/s, {left / 60:.0f} min left"
        self._print(line)

    def _print(self, line: str) -> None:
        self._progress.console.print(style_text(line))


def _count(done: int) -> str:
    return f" {done:,}" if done else ""


class _RateColumn(ProgressColumn):
    """How many steps are done in a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


@contextmanager
def watch(*, quiet: bool, verbose: bool) -> Iterator[ProgressObserver]:
    """An observer that shows bars on a terminal, on standard error; none elsewhere."""
    console = Console(stderr=True, highlight=False)
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )
    with progress:
        observer = ProgressObserver(progress, verbose=verbose and not quiet, quiet=quiet)
        yield observer
        observer.end()

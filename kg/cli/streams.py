"""Standard input and output of the command line."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from kg.errors import KgError


@contextlib.contextmanager
def stop_quietly() -> Iterator[None]:
    """Whoever reads our output may have had enough: `kg … | head` is no failure."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from None


@contextlib.contextmanager
def keep_on_interrupt() -> Iterator[None]:
    """Ctrl-C in a long run: one line that says how to go on, and the exit code of the signal."""
    try:
        yield
    except KeyboardInterrupt:
        print(  # noqa: T201
            "kg: stopped; the abstracts that were read are kept, and the same command goes on",
            file=sys.stderr,
        )
        raise typer.Exit(130) from None


def write(text: str) -> None:
    """Write to standard output, as UTF-8."""
    with stop_quietly():
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()


def read_text(path: Path | None) -> str:
    """The whole text of a file, or of standard input where it is `-`.

    Raises:
        KgError: It is not UTF-8.
        OSError: It cannot be read.
    """
    with open_lines(str(path)) as lines:
        return "".join(lines)


@contextlib.contextmanager
def open_lines(path: str) -> Iterator[Iterator[str]]:
    """The lines of a file, unpacked where its name ends in `.gz`, or of standard input for `-`.

    Raises:
        KgError: They are not UTF-8.
        OSError: They cannot be read.
    """
    try:
        if path == "-":
            yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig")
        else:
            opener = gzip.open if path.endswith(".gz") else open
            with opener(path, "rt", encoding="utf-8-sig") as file:
                yield file
    except UnicodeDecodeError as error:
        raise KgError(f"{path}: is not UTF-8 ({error.reason} at byte {error.start})") from None

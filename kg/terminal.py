"""Text on a terminal, which must never act on what an abstract says."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

# C0 and C1 controls and DEL, but for the line feed: escape sequences begin with one.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_BLANK = str.maketrans("\t\r", "  ")

Styled = str | tuple[str, str]


class _PipeConsole(Console):
    def on_broken_pipe(self) -> None:
        """Whoever read our output has had enough: `kg … | head` is no failure."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0)


def make_console(*, stderr: bool = False, width: int | None = None) -> Console:
    """A console that colours nothing of its own accord."""
    return _PipeConsole(stderr=stderr, width=width, highlight=False)


def make_printable(text: str) -> str:
    """The text with U+FFFD for each control character but line feeds, tabs and returns."""
    return _CONTROL.sub("\ufffd", text.translate(_BLANK))


def style_text(*parts: Styled) -> Text:
    """Text of plain and styled parts, without control characters."""
    return Text.assemble(
        *(
            make_printable(part) if isinstance(part, str) else (make_printable(part[0]), part[1])
            for part in parts
        )
    )


def make_table(title: str, texts: Iterable[str], numbers: Iterable[str]) -> Table:
    """An empty table without lines: columns of text, then columns of numbers."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in texts:
        table.add_column(column)
    for column in numbers:
        table.add_column(column, justify="right")
    return table

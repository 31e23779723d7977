"""Plain text: the whole file is one abstract."""

from __future__ import annotations

from collections.abc import Iterator

from kg.sources.content import Content, UndecodableError
from kg.sources.entries import MAX_LENGTH, Entry, Problem
from kg.sources.registry import SourceFormat


def _read(content: Content) -> Iterator[Entry | Problem]:
    try:
        # Of what is too long, enough is read to see that it is.
        text = content.read_text(limit=4 * MAX_LENGTH)
    except UndecodableError as error:
        yield Problem(str(error), byte=error.byte)
        return
    if text is None:
        yield Problem(f"is longer than an abstract: at most {MAX_LENGTH:,} characters are read")
        return
    yield Entry(1, text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text)


def _detect(head: bytes) -> bool:
    return bool(head.strip())


FORMAT = SourceFormat(
    name="text",
    description="plain text: one file, one abstract",
    suffixes=(".txt",),
    detect=_detect,
    read=_read,
)

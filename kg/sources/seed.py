"""The seed format: a header line, then a line for each abstract that begins with `Abstract:`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.sources.content import Content
from kg.sources.entries import Entry, Problem
from kg.sources.metadata import tidy
from kg.sources.registry import SourceFormat

_PREFIX = "Abstract:"
_BEGINNING = re.compile(rb"(?!Abstract:)[^\n]*\n\s*Abstract:")


def _detect(head: bytes) -> bool:
    return _BEGINNING.match(head) is not None


def _read_label(head: bytes) -> str | None:
    first = head.split(b"\n", 1)[0].decode(errors="replace")
    return None if first.startswith(_PREFIX) else tidy(first) or None


def _read(content: Content) -> Iterator[Entry | Problem]:
    for line in content.read_lines():
        if line.problem is not None:
            yield line.problem
        elif line.text.startswith(_PREFIX):
            yield Entry(line.number, line.text[len(_PREFIX) :])
        elif line.number > 1 and line.text.strip():
            yield Problem(f"does not begin with `{_PREFIX}` as in a seed", line=line.number)


FORMAT = SourceFormat(
    name="seed",
    description="a header line, then one abstract a line after `Abstract:`",
    suffixes=(".txt",),
    detect=_detect,
    read=_read,
    read_label=_read_label,
)

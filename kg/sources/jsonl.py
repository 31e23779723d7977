"""JSON Lines (or a JSON array) of records with the common fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.sources.content import Content
from kg.sources.entries import Entry, EntryError, Problem
from kg.sources.json_objects import read_objects
from kg.sources.metadata import read_entry
from kg.sources.registry import SourceFormat

_FIELD = re.compile(rb'(?<!\\)"(?:abstract|text)"\s*:')


def _detect(head: bytes) -> bool:
    return head.lstrip()[:1] in (b"{", b"[") and _FIELD.search(head) is not None


def _read(content: Content) -> Iterator[Entry | Problem]:
    for item in read_objects(content):
        if isinstance(item, Problem):
            yield item
            continue
        try:
            yield read_entry(item.line, item.fields)
        except EntryError as error:
            yield Problem(str(error), line=item.line)


FORMAT = SourceFormat(
    name="jsonl",
    description="JSON Lines: id, text or abstract, title, authors, affiliations, year, venue, …",
    suffixes=(".jsonl", ".ndjson", ".json"),
    detect=_detect,
    read=_read,
)

"""OpenAlex works, as its API and its snapshot give them.

The abstract comes as an inverted index, from each word to its positions, and is put together
again with one space between words. See
https://docs.openalex.org/api-entities/works/work-object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from kg.records import JsonValue
from kg.sources.content import Content
from kg.sources.entries import MAX_LENGTH, Entry, EntryError, Problem, describe_length
from kg.sources.json_objects import read_objects
from kg.sources.metadata import read_doi, read_id, read_string, read_year, tidy_all
from kg.sources.registry import SourceFormat

_INDEX = "abstract_inverted_index"
_FIELD = re.compile(rb'(?<!\\)"abstract_inverted_index"\s*:|"id"\s*:\s*"https://openalex\.org/W')
# Of the some fifty fields of a work, those that say something of the work itself.
_EXTRA = ("type", "language", "publication_date", "is_retracted")


def _detect(head: bytes) -> bool:
    return head.lstrip()[:1] in (b"{", b"[") and _FIELD.search(head) is not None


def _read(content: Content) -> Iterator[Entry | Problem]:
    for item in read_objects(content):
        if isinstance(item, Problem):
            yield item
        elif item.fields.get(_INDEX) is None:
            yield Problem("the work has no abstract", line=item.line, is_error=False)
        else:
            try:
                yield _read_work(item.line, item.fields)
            except EntryError as error:
                yield Problem(str(error), line=item.line)


def _read_work(line: int, work: Mapping[str, JsonValue]) -> Entry:
    authorships = _objects(work.get("authorships"))
    institutions = [
        institution
        for authorship in authorships
        for institution in _objects(authorship.get("institutions"))
    ]
    location = _object(work.get("primary_location"))
    return Entry(
        line=line,
        text=restore_text(work[_INDEX]),
        id=read_id(work.get("id")),
        title=read_string(work, "title") or read_string(work, "display_name"),
        authors=tidy_all([_author(authorship) for authorship in authorships]),
        affiliations=tidy_all([_name(institution) for institution in institutions]),
        year=read_year(work.get("publication_year")),
        venue=_name(_object(location.get("source"))) or None,
        doi=read_doi(read_string(work, "doi")),
        url=read_string(location, "landing_page_url"),
        keywords=tidy_all([_name(keyword) for keyword in _objects(work.get("keywords"))]),
        extra={name: work[name] for name in _EXTRA if work.get(name) is not None},
    )


def restore_text(index: JsonValue) -> str:
    """Puts an inverted abstract back in order.

    Args:
        index: From each word to the list of its positions, counted from 0.

    Returns:
        The words in the order of their positions, with one space between.

    Raises:
        EntryError: It is no such index, or the text would be longer than an abstract may be.
    """
    if not isinstance(index, dict):
        raise EntryError(f"the field `{_INDEX}` is no object")
    words: list[tuple[int, str]] = []
    length = 0
    for word, positions in index.items():
        if not isinstance(positions, list):
            raise EntryError(f"the field `{_INDEX}` does not give lists of positions")
        length += (len(word) + 1) * len(positions)
        for position in positions:
            if not isinstance(position, int) or isinstance(position, bool) or position < 0:
                raise EntryError(f"the field `{_INDEX}` holds a position that is no number")
            words.append((position, word))
    # A long word in many positions would take more memory than there is.
    if length > MAX_LENGTH + 1:
        raise EntryError(describe_length(length - 1))
    words.sort()
    for (position, word), (next_position, next_word) in pairwise(words):
        if position == next_position:
            raise EntryError(
                f"the field `{_INDEX}` has {word[:20]!r} and {next_word[:20]!r} in one position"
            )
    return " ".join(word for _, word in words)


def _author(authorship: Mapping[str, JsonValue]) -> str:
    raw = authorship.get("raw_author_name")
    return _name(_object(authorship.get("author"))) or (raw if isinstance(raw, str) else "")


def _name(thing: Mapping[str, JsonValue]) -> str:
    return read_string(thing, "display_name") or ""


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _objects(value: JsonValue) -> list[Mapping[str, JsonValue]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


FORMAT = SourceFormat(
    name="openalex",
    description="OpenAlex works: a page of the API, an array, or JSON Lines as in the snapshot",
    suffixes=(".json", ".jsonl", ".ndjson"),
    detect=_detect,
    read=_read,
)

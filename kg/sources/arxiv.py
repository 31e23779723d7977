"""arXiv metadata as JSON Lines, as arXiv publishes it (Kaggle `Cornell-University/arxiv`).

Its abstracts come with white space before them and line ends in them, and are kept so. The
categories are codes rather than keywords and stay, with what else is given, in `extra`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kg.records import JsonValue
from kg.sources.content import Content
from kg.sources.entries import Entry, EntryError, Problem
from kg.sources.json_objects import read_objects
from kg.sources.metadata import read_doi, read_id, read_names, read_string, tidy, tidy_all
from kg.sources.registry import SourceFormat

_FIELD = re.compile(rb'(?<!\\)"authors_parsed"\s*:')
_CATEGORIES = re.compile(rb'(?<!\\)"categories"\s*:')
_SUBMISSION = re.compile(rb'(?<!\\)"(?:submitter|update_date|journal-ref|report-no)"\s*:')
_READ = frozenset(("id", "title", "authors", "authors_parsed", "abstract", "doi"))

_CREATED = re.compile(r"\b((?:19|20)\d\d)\b")
_NEW_ID = re.compile(r"(\d\d)(?:0[1-9]|1[0-2])\.\d{4,5}(?:v\d+)?", re.ASCII)
_OLD_ID = re.compile(r"[a-z-]+(?:\.[A-Z]{2})?/(\d\d)\d{5}(?:v\d+)?", re.ASCII)
_DATE = re.compile(r"(\d{4})-\d\d-\d\d", re.ASCII)


def _detect(head: bytes) -> bool:
    if head.lstrip()[:1] not in (b"{", b"["):
        return False
    if _FIELD.search(head):
        return True
    return bool(_CATEGORIES.search(head) and _SUBMISSION.search(head))


def _read(content: Content) -> Iterator[Entry | Problem]:
    for item in read_objects(content):
        if isinstance(item, Problem):
            yield item
            continue
        try:
            yield _read_paper(item.line, item.fields)
        except EntryError as error:
            yield Problem(str(error), line=item.line)


def _read_paper(line: int, paper: Mapping[str, JsonValue]) -> Entry:
    text = paper.get("abstract")
    if not isinstance(text, str):
        raise EntryError("has no abstract: the field `abstract` is missing or no text")
    id = read_id(paper.get("id"))
    return Entry(
        line=line,
        text=text,
        id=id,
        title=read_string(paper, "title"),
        authors=_read_authors(paper),
        year=_read_year(paper, id or ""),
        doi=read_doi(read_string(paper, "doi")),
        url=f"https://arxiv.org/abs/{id}" if id and _year_of_id(id) else None,
        extra={
            name: value for name, value in paper.items() if name not in _READ and value is not None
        },
    )


def _read_authors(paper: Mapping[str, JsonValue]) -> tuple[str, ...]:
    parsed = paper.get("authors_parsed")
    if not isinstance(parsed, list):
        return read_names(paper, "authors")
    names: list[str] = []
    for parts in parsed:
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise EntryError("the field `authors_parsed` does not hold lists of names")
        last, first, suffix = [*map(str, parts), "", "", ""][:3]
        names.append(tidy(f"{first} {last} {suffix}"))
    return tidy_all(names)


def _read_year(paper: Mapping[str, JsonValue], id: str) -> int | None:
    """The year of the first version; the last update can be decades younger."""
    versions = paper.get("versions")
    if isinstance(versions, list) and versions and isinstance(versions[0], dict):
        match = _CREATED.search(str(versions[0].get("created")))
        if match is not None:
            return int(match[1])
    year = _year_of_id(id)
    if year is not None:
        return year
    match = _DATE.fullmatch(str(paper.get("update_date")))
    return int(match[1]) if match is not None else None


def _year_of_id(id: str) -> int | None:
    match = _NEW_ID.fullmatch(id) or _OLD_ID.fullmatch(id)
    if match is None:
        return None
    short = int(match[1])
    return short + (1900 if short >= 91 else 2000)


FORMAT = SourceFormat(
    name="arxiv",
    description="arXiv metadata as JSON Lines",
    suffixes=(".json", ".jsonl", ".ndjson"),
    detect=_detect,
    read=_read,
)

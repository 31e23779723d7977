"""BibTeX: each entry with an `abstract` field."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    ParsingFailedBlock,
    String,
)
from bibtexparser.model import Entry as BibtexEntry

from kg.folding import decode_latex
from kg.sources.content import Content, UndecodableError
from kg.sources.entries import MAX_LENGTH, Entry, EntryError, Problem
from kg.sources.metadata import read_doi, tidy, tidy_all
from kg.sources.registry import SourceFormat

MAX_SIZE = 512 * 1024 * 1024
MAX_INSERTED = 10 * MAX_LENGTH
"""How many characters `@string`s may put into a file, besides `_MOST_INSERTED` times its size:
each may hold others twice, and so on, until no memory holds the last."""
_MOST_INSERTED = 10

# What goes wrong comes back as a block; a library does not write on the screen besides.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_ENTRY = re.compile(rb"^[ \t]*@[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?!\d)", re.ASCII)
_MARK = re.compile(r'(?<!\\)[{}"#]')
_READ = frozenset(
    ("abstract", "title", "author", "affiliation", "doi", "url", "keywords", "keyword")
)


def _detect(head: bytes) -> bool:
    return _ENTRY.search(head) is not None


def _read(content: Content) -> Iterator[Entry | Problem]:
    try:
        text = content.read_text(MAX_SIZE)
    except UndecodableError as error:
        yield Problem(str(error), byte=error.byte)
        return
    if text is None:
        yield Problem(f"has more than {MAX_SIZE:,} characters; part it")
        return
    strings = _Strings(MAX_INSERTED + _MOST_INSERTED * len(text))
    for block in parse_string(text, parse_stack=[]).blocks:
        if isinstance(block, DuplicateBlockKeyBlock) and block.ignore_error_block is not None:
            block = block.ignore_error_block
        if isinstance(block, String):
            try:
                strings.define(block.key, block.value)
            except EntryError as error:
                # Without it, what is said after it means something else.
                yield Problem(str(error), line=(block.start_line or 0) + 1)
                return
        elif isinstance(block, BibtexEntry | ParsingFailedBlock):
            try:
                yield _read_block(block, strings)
            except EntryError as error:
                yield Problem(str(error), line=(block.start_line or 0) + 1)


class _Strings:
    """The `@string`s that are defined so far, and how much they may still put into values.

    Args:
        room: How many characters that is.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._values: dict[str, str] = {}

    def define(self, name: str, value: str) -> None:
        self._values[name.lower()] = self.resolve(value)

    def resolve(self, value: str) -> str:
        resolved = resolve_value(value, self._values, limit=len(value) + self._room)
        self._room -= max(0, len(resolved) - len(value))
        return resolved


def _read_block(block: Block, strings: _Strings) -> Entry | Problem:
    line = (block.start_line or 0) + 1
    if isinstance(block, DuplicateFieldKeyBlock):
        names = ", ".join(sorted(block.duplicate_keys))
        return Problem(f"the entry has a field twice: {names}", line=line)
    if not isinstance(block, BibtexEntry):
        return Problem("the entry is malformed: a brace or quotation mark is not closed", line=line)
    fields = {field.key.lower(): strings.resolve(field.value) for field in block.fields}
    if "abstract" not in fields:
        return Problem("the entry has no abstract", line=line, is_error=False)
    year_field = next((name for name in ("year", "date") if name in fields), None)
    year = _YEAR.search(fields[year_field]) if year_field is not None else None
    venue_field = next((n for n in ("venue", "journal", "booktitle") if n in fields), None)
    used = _READ | {venue_field, year_field if year is not None else None}
    return Entry(
        line=line,
        text=fields["abstract"],
        id=block.key or None,
        title=decode_text(fields.get("title", "")) or None,
        authors=_read_people(fields.get("author", "")),
        affiliations=_read_list(fields.get("affiliation", ""), ";"),
        year=int(year[1]) if year is not None else None,
        venue=decode_text(fields[venue_field]) or None if venue_field is not None else None,
        doi=read_doi(decode_text(fields.get("doi", ""))) if fields.get("doi") else None,
        url=tidy(fields.get("url", "").replace("\\", "")) or None,
        keywords=_read_list(fields.get("keywords") or fields.get("keyword", "")),
        extra={name: value for name, value in fields.items() if name not in used and value},
    )


def resolve_value(value: str, strings: Mapping[str, str], *, limit: int = MAX_INSERTED) -> str:
    """What a value says: without its braces or quotation marks, `@string`s put in, joined at `#`.

    Args:
        value: As it stands after the `=`.
        strings: The strings defined so far, by name in lower case.
        limit: How many characters the value may have.

    Returns:
        The value; a name that is not defined stands for itself.

    Raises:
        EntryError: It has more.
    """
    parts: list[str] = []
    depth, start, is_quoted = 0, 0, False
    for mark in _MARK.finditer(value):
        match mark[0]:
            case "{":
                depth += 1
            case "}":
                depth -= 1
            case '"' if depth == 0:
                is_quoted = not is_quoted
            case "#" if depth == 0 and not is_quoted:
                parts.append(value[start : mark.start()])
                start = mark.end()
    parts.append(value[start:])
    resolved = [_resolve_part(part.strip(), strings) for part in parts]
    if sum(map(len, resolved)) > limit:
        raise EntryError("its `@string`s make a text of it that is too long; write it out")
    return "".join(resolved)


def _resolve_part(part: str, strings: Mapping[str, str]) -> str:
    if len(part) >= 2 and (part[0], part[-1]) in (("{", "}"), ('"', '"')):
        return part[1:-1]
    return strings.get(part.lower(), part)


def decode_text(text: str) -> str:
    """LaTeX of a field as one line of Unicode text; the braces that keep capitals go."""
    decoded = decode_latex(text)
    return tidy(decoded.replace("---", "—").replace("--", "–"))


def _read_people(text: str) -> tuple[str, ...]:
    return tidy_all([_read_person(name) for name in split_multiple_persons_names(text)])


def _read_person(name: str) -> str:
    try:
        parts = parse_single_name_into_parts(name, strict=False)
    except InvalidNameError:
        return decode_text(name)
    words = [*parts.first, *parts.von, *parts.last, *parts.jr]
    return decode_text(" ".join(words))


def _read_list(text: str, separators: str = ";,") -> tuple[str, ...]:
    separator = next((mark for mark in separators if mark in text), separators[0])
    return tidy_all([decode_text(item) for item in text.split(separator)])


FORMAT = SourceFormat(
    name="bibtex",
    description="BibTeX entries with an abstract field",
    suffixes=(".bib", ".bibtex"),
    detect=_detect,
    read=_read,
)

"""Control characters of metadata, which would reach terminals and which no XML may hold."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.records import JsonValue
from kg.sources.entries import Entry

# Unicode's category Cc: first tab and line ends, which part words.
_SPACES = re.compile("\r\n|[\t\n\x0b\x0c\r\x85]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def clean_text(text: str) -> str:
    """Text with a space for each tab and line end, and U+FFFD for other control characters."""
    if text.isprintable():
        return text
    return _CONTROLS.sub("\ufffd", _SPACES.sub(" ", text))


def clean_entry(entry: Entry) -> Entry:
    """An entry with its metadata cleaned, also in `extra`; the abstract's text stays."""
    return replace(
        entry,
        id=_clean_optional(entry.id),
        title=_clean_optional(entry.title),
        authors=tuple(map(clean_text, entry.authors)),
        affiliations=tuple(map(clean_text, entry.affiliations)),
        venue=_clean_optional(entry.venue),
        doi=_clean_optional(entry.doi),
        url=_clean_optional(entry.url),
        keywords=tuple(map(clean_text, entry.keywords)),
        extra={clean_text(name): _clean_value(value) for name, value in entry.extra.items()},
    )


def _clean_optional(text: str | None) -> str | None:
    return clean_text(text) if text is not None else None


def _clean_value(value: JsonValue) -> JsonValue:
    match value:
        case str():
            return clean_text(value)
        case list():
            return [_clean_value(item) for item in value]
        case dict():
            return {clean_text(name): _clean_value(item) for name, item in value.items()}
    return value

"""What a format reads from one place of a document: an entry, or a problem in its stead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.records import JsonValue

MAX_LENGTH = 100_000
"""The longest abstract that is taken, in characters; what is longer is no abstract."""
MAX_TITLE = 10_000
"""The longest title, and the longest address, in characters."""
MAX_NAME = 1_000
"""The longest name of any other kind: of an author, an affiliation, a venue, …"""

# Unicode's control characters (Cc) but tab and line ends, and surrogates.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """An abstract with its metadata, before it is known which document it stands in.

    Attributes:
        line: Line, or row where a format has no lines, from 1.
        text: The abstract as it came.
    """

    line: int
    text: str
    id: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    doi: str | None = None
    url: str | None = None
    keywords: tuple[str, ...] = ()
    extra: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a document that gives no entry.

    Attributes:
        reason: What is wrong, in words that say what to do.
        line: Line or row from 1, where there is one.
        byte: Offset in the decompressed document, where that says more.
        is_error: False for what the format provides for, such as a work without abstract.
    """

    reason: str
    line: int | None = None
    byte: int | None = None
    is_error: bool = True


class EntryError(ValueError):
    """An entry that cannot be understood; its message is the reason of a `Problem`."""


def describe_length(length: int) -> str:
    """Why an abstract of so many characters is not taken."""
    return f"the abstract has {length:,} characters; at most {MAX_LENGTH:,} are read"


def find_fault(text: str) -> str | None:
    """Why a text cannot be an abstract, or None if it can.

    Args:
        text: The text as it came.

    Returns:
        The reason: it is blank, longer than `MAX_LENGTH`, or holds a control character other
        than tab and line end, or a lone surrogate.
    """
    if not text or text.isspace():
        return "the abstract is empty"
    if len(text) > MAX_LENGTH:
        return describe_length(len(text))
    match = _FORBIDDEN.search(text)
    if match is None:
        return None
    kind = "lone surrogate" if "\ud800" <= match[0] <= "\udfff" else "control character"
    return (
        f"the abstract holds the {kind} U+{ord(match[0]):04X} (its character"
        f" {match.start() + 1:,}); take it out"
    )


def find_metadata_fault(entry: Entry) -> str | None:
    """Why an entry's metadata cannot be what it is given as, or None if it can.

    Returns:
        The reason: a title or address is longer than `MAX_TITLE`, or another name than
        `MAX_NAME`.
    """
    checked = (
        ("title", (entry.title,), MAX_TITLE),
        ("url", (entry.url,), MAX_TITLE),
        ("id", (entry.id,), MAX_NAME),
        ("venue", (entry.venue,), MAX_NAME),
        ("doi", (entry.doi,), MAX_NAME),
        ("authors", entry.authors, MAX_NAME),
        ("affiliations", entry.affiliations, MAX_NAME),
        ("keywords", entry.keywords, MAX_NAME),
    )
    for field_name, values, most in checked:
        length = max((len(value) for value in values if value is not None), default=0)
        if length > most:
            what = "holds a name of" if len(values) > 1 else "has"
            reason = f"the field `{field_name}` {what} {length:,} characters; at most {most:,}"
            is_list = field_name in ("authors", "affiliations", "keywords")
            return f"{reason} are read" + ("; part names by `;`" if is_list else "")
    return None

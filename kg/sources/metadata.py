"""The fields that JSON Lines, tables and BibTeX share, read into an entry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeGuard

from kg.records import JsonValue
from kg.sources.entries import Entry, EntryError

TEXT_FIELDS = ("abstract", "text")
FIELDS = frozenset(
    (
        *TEXT_FIELDS,
        "id",
        "title",
        "authors",
        "affiliations",
        "year",
        "venue",
        "doi",
        "url",
        "keywords",
    )
)

_DOI = re.compile(r"\s*(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?(\S.*?)\s*", re.IGNORECASE)
_YEAR = re.compile(r"\s*(\d{4})(?:-\d\d?(?:-\d\d?.*)?)?\s*", re.ASCII)
_AND = re.compile(r"\s+and\s+")


def read_entry(line: int, fields: Mapping[str, JsonValue]) -> Entry:
    """Reads a record with the common fields.

    Args:
        line: Where the record begins.
        fields: Its fields by name; the abstract is the field `abstract`, or else `text`.

    Returns:
        The entry. Its fields of other names are in `extra`.

    Raises:
        EntryError: There is no abstract, or a field is not what its name says.
    """
    name = find_text_field(fields)
    text = fields[name]
    if not isinstance(text, str):
        raise EntryError(f"the field `{name}` is not text")
    unread: dict[str, JsonValue] = {
        key: value for key, value in fields.items() if key not in FIELDS and value is not None
    }
    for key in TEXT_FIELDS:
        if key != name and fields.get(key):
            unread[key] = fields[key]
    return Entry(
        line=line,
        text=text,
        id=read_id(fields.get("id")),
        title=read_string(fields, "title"),
        authors=read_names(fields, "authors"),
        affiliations=read_names(fields, "affiliations"),
        year=read_year(fields.get("year")),
        venue=read_string(fields, "venue"),
        doi=read_doi(read_string(fields, "doi")),
        url=read_string(fields, "url"),
        keywords=read_names(fields, "keywords"),
        extra=unread,
    )


def find_text_field(fields: Mapping[str, JsonValue]) -> str:
    """The field that holds the abstract: the first that says something.

    Raises:
        EntryError: There is none.
    """
    present = [name for name in TEXT_FIELDS if fields.get(name) is not None]
    if not present:
        raise EntryError("has no abstract: neither a field `abstract` nor `text`")
    return next((name for name in present if fields[name] != ""), present[0])


def read_id(value: JsonValue) -> str | None:
    """An id as text; None for none.

    Raises:
        EntryError: It is neither text nor a number.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise EntryError("the field `id` is neither text nor a number")
    return str(value)


def read_string(fields: Mapping[str, JsonValue], name: str) -> str | None:
    """A field of one line of text, with its white space tidied; None if it is empty.

    Raises:
        EntryError: It is not text.
    """
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise EntryError(f"the field `{name}` is not text")
    return tidy(value) or None


def read_names(fields: Mapping[str, JsonValue], name: str) -> tuple[str, ...]:
    """A list of names: texts, objects with a `name`, or one text of several, parted by `;`.

    Authors in one text may be parted by ` and ` instead.

    Raises:
        EntryError: It is none of these.
    """
    value = fields.get(name)
    if value is None:
        return ()
    if isinstance(value, str):
        if ";" not in value and name == "authors":
            return tidy_all(_AND.split(value))
        return tidy_all(value.split(";"))
    if not isinstance(value, list):
        raise EntryError(f"the field `{name}` is neither a list nor text")
    names: list[str] = []
    for item in value:
        if isinstance(item, dict):
            item = item.get("name")
        if item is None:
            continue
        if not isinstance(item, str):
            raise EntryError(f"the field `{name}` holds something that is no name")
        names.append(item)
    return tidy_all(names)


def read_year(value: JsonValue) -> int | None:
    """A year, from a number, from text, or from a date that begins with it.

    Raises:
        EntryError: It is no year of four digits.
    """
    if value is None or value == "":
        return None
    year: int | None = None
    if isinstance(value, str) and (match := _YEAR.fullmatch(value)):
        year = int(match[1])
    elif _is_whole(value):
        year = int(value)
    if year is None or not 1000 <= year <= 9999:
        raise EntryError(f"the field `year` is no year of four digits: {_shorten(value)}")
    return year


def read_doi(value: str | None) -> str | None:
    """A DOI without the address that resolves it."""
    match = _DOI.fullmatch(value) if value is not None else None
    return match[1] if match is not None else None


def tidy(text: str) -> str:
    """Text with each run of white space one space, and none at the ends."""
    return " ".join(text.split())


def tidy_all(texts: list[str]) -> tuple[str, ...]:
    """Texts tidied, without the empty and the repeated ones, in their order."""
    return tuple(dict.fromkeys(tidied for text in texts if (tidied := tidy(text))))


def _is_whole(value: JsonValue) -> TypeGuard[int | float]:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def _shorten(value: JsonValue) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."

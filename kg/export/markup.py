"""Columns of attributes as XML text (https://www.w3.org/TR/xml/), a batch at a time.

Arrow escapes and joins whole columns: building elements one by one costs many times as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from kg.export.columns import replace_characters

LIST_SEPARATOR = " | "
"""What parts the items of a list, for which the formats in XML have no type that all read."""

# What XML cannot hold, as RE2 writes it; the same characters as in `kg.export.xml`.
_FORBIDDEN = r"[^\t\n\r\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]"
_MARKUP = r"[&<>\"\t\n\r\x{85}\x{2028}]"
# White space too, which a parser would change in an attribute, and what ends a line in XML 1.1.
_REFERENCES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
    "\x85": "&#133;",
    "\u2028": "&#8232;",
}


class Attribute(NamedTuple):
    """An attribute: its name and its type, one of `string`, `long` and `double`."""

    name: str
    type: str


def list_attributes(schema: pa.Schema) -> Iterator[Attribute]:
    """The attributes of a schema, with the types that GraphML and GEXF share."""
    for field in schema:
        if pa.types.is_integer(field.type):
            yield Attribute(field.name, "long")
        elif pa.types.is_floating(field.type):
            yield Attribute(field.name, "double")
        else:
            yield Attribute(field.name, "string")


class Escaping:
    """Makes columns ready for element content and attribute values, and counts replacements.

    Attributes:
        replaced: How many characters XML cannot hold, and U+FFFD replaced.
    """

    def __init__(self) -> None:
        self.replaced = 0

    def escape(self, column: pa.Array) -> pa.Array:
        """The values of a column as strings of XML; null stays null."""
        if not pa.types.is_string(column.type) and not pa.types.is_list(column.type):
            return pc.cast(column, pa.string())
        column, replaced = replace_characters(column, _FORBIDDEN)
        self.replaced += replaced
        if pa.types.is_list(column.type):
            column = pc.binary_join(column, LIST_SEPARATOR)
        if pc.any(pc.match_substring_regex(column, _MARKUP)).as_py():
            for character, reference in _REFERENCES.items():
                column = pc.replace_substring(column, character, reference)
        return column


def enclose(before: str, column: pa.Array, after: str) -> pa.Array:
    """Each value between two strings; null stays null."""
    return pc.binary_join_element_wise(before, column, after, "")


def join(*parts: str | pa.Array) -> Iterator[str]:
    """The parts of each row, one after the other; a null is left out."""
    rows = pc.binary_join_element_wise(*parts, "", null_handling="replace", null_replacement="")
    return iter(rows.to_pylist())

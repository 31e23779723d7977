"""JSON objects one by one: from JSON Lines, from an array, from a page of results.

Numbers that are not finite, lone surrogates and deep nesting are refused: what is read here is
written again, into formats that cannot hold them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from kg.records import JsonValue
from kg.sources.content import Content, Line, UndecodableError
from kg.sources.entries import EntryError, Problem

MAX_DEPTH = 32
MAX_SIZE = 64 * 1024 * 1024
"""The largest array element, or document that is one object, in characters."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_WHITE_SPACE = " \t\n\r"
_SPACES = re.compile(f"[{_WHITE_SPACE}]*")
# What has one of these is a record of its own, whose `results` are something else.
_TEXT_FIELDS = frozenset(("abstract", "text", "abstract_inverted_index"))


@dataclass(frozen=True, slots=True)
class JsonObject:
    """An object and where it stands: its line, or its number in an array or page, from 1."""

    line: int
    fields: dict[str, JsonValue]


class _Decoder:
    """A JSON decoder that notes numbers that it cannot stand for rather than stopping at them."""

    def __init__(self) -> None:
        self._fault: str | None = None
        self._decoder = json.JSONDecoder(
            parse_int=self._parse_int,
            parse_float=self._parse_float,
            parse_constant=self._parse_constant,
        )

    def decode(self, text: str, start: int = 0) -> tuple[JsonValue, str | None, int]:
        """Decodes the value that begins at `start`.

        Returns:
            The value, why it is not to be used (or None), and where it ends.

        Raises:
            json.JSONDecodeError: It is malformed.
            RecursionError: It is nested too deep even to be parsed.
        """
        self._fault = None
        value, end = self._decoder.raw_decode(text, start)
        fault = self._fault
        if fault is None and _is_deep(value):
            fault = f"is nested more than {MAX_DEPTH} deep"
        if fault is None and _SURROGATE.search(text, start, end) and _has_surrogate(value):
            fault = r"holds half of a surrogate pair (\ud800 to \udfff) alone; take it out"
        return cast(JsonValue, value), fault, end

    def _note_number(self) -> None:
        self._fault = "holds a number that is not finite or too large"

    def _parse_int(self, text: str) -> int:
        if len(text) > 300:
            self._note_number()
            return 0
        return int(text)

    def _parse_float(self, text: str) -> float:
        number = float(text)
        if not math.isfinite(number):
            self._note_number()
        return number

    def _parse_constant(self, text: str) -> None:  # noqa: ARG002
        self._note_number()


def _is_deep(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below += item.values()
            elif isinstance(item, list):
                below += item
        level = below
        if not level:
            return False
    return True


def _has_surrogate(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def read_objects(content: Content) -> Iterator[JsonObject | Problem]:
    """Reads the objects of a document, streaming.

    Args:
        content: JSON Lines; or one array of objects; or one object, which may be a page that
            has the objects in a list `results`; or such pages as JSON Lines.

    Yields:
        Each object, or why there is none. After a `Problem` in an array nothing follows, since
        it cannot be told where the next element begins.
    """
    head = content.head.lstrip()
    if head.startswith(b"["):
        yield from _read_array(content)
    elif _is_single_object(head):
        yield from _read_single(content)
    else:
        yield from _read_lines(content)


def _is_single_object(head: bytes) -> bool:
    """Whether an object goes on after its first line, as in a page that is printed prettily."""
    first, newline, rest = head.partition(b"\n")
    if not newline or not first.startswith(b"{") or first.rstrip().endswith(b"}"):
        return False
    return not rest.lstrip().startswith(b"{")


def _read_lines(content: Content) -> Iterator[JsonObject | Problem]:
    decoder = _Decoder()
    in_pages = 0
    for line in content.read_lines():
        if line.problem is not None:
            yield line.problem
            continue
        if not line.text.strip(_WHITE_SPACE):
            continue
        try:
            value = _decode_line(decoder, line)
        except EntryError as error:
            yield Problem(str(error), line=line.number)
            continue
        for item in _open_page(value, line.number):
            if isinstance(item, JsonObject) and item.fields is not value:
                in_pages += 1
                item = JsonObject(in_pages, item.fields)
            yield item


def _decode_line(decoder: _Decoder, line: Line) -> JsonValue:
    text = line.text.strip(_WHITE_SPACE)
    try:
        value, fault, end = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise EntryError(f"is malformed JSON: {_explain(error)}") from None
    except RecursionError:
        raise EntryError(f"is nested more than {MAX_DEPTH} deep") from None
    if end < len(text):
        raise EntryError(f"is malformed JSON: something follows the value at column {end + 1}")
    if fault is not None:
        raise EntryError(fault)
    return value


def _open_page(value: JsonValue, line: int) -> Iterator[JsonObject | Problem]:
    if not isinstance(value, dict):
        yield Problem("is no JSON object", line=line)
        return
    results = value.get("results")
    if not isinstance(results, list) or not _TEXT_FIELDS.isdisjoint(value):
        yield JsonObject(line, value)
        return
    for number, item in enumerate(results, start=1):
        if isinstance(item, dict):
            yield JsonObject(number, item)
        else:
            yield Problem("a result of the page is no JSON object", line=line)


def _read_single(content: Content) -> Iterator[JsonObject | Problem]:
    try:
        text = content.read_text(MAX_SIZE)
    except UndecodableError as error:
        yield Problem(str(error), byte=error.byte)
        return
    if text is None:
        yield Problem(f"is one JSON object of more than {MAX_SIZE:,} characters; use JSON Lines")
        return
    stripped = text.strip(_WHITE_SPACE)
    try:
        value, fault, end = _Decoder().decode(stripped)
    except json.JSONDecodeError as error:
        yield Problem(f"is malformed JSON: {_explain(error)}", line=error.lineno)
        return
    except RecursionError:
        yield Problem(f"is nested more than {MAX_DEPTH} deep")
        return
    if end < len(stripped):
        fault = "is malformed JSON: something follows the first value"
        yield Problem(fault, line=stripped.count("\n", 0, end) + 1)
    elif fault is not None:
        yield Problem(fault)
    else:
        yield from _open_page(value, 1)


def _read_array(content: Content) -> Iterator[JsonObject | Problem]:
    reader = _ArrayReader(content)
    number = 0
    try:
        reader.expect("[")
        while not reader.at_end():
            number += 1
            value, fault = reader.read_value()
            if fault is not None:
                yield Problem(fault, line=number)
            elif isinstance(value, dict):
                yield JsonObject(number, value)
            else:
                yield Problem("is no JSON object", line=number)
    except EntryError as error:
        yield Problem(str(error), line=max(number, 1))
    except UndecodableError as error:
        yield Problem(str(error), line=number + 1, byte=error.byte)


class _ArrayReader:
    """The elements of one array, with no more of it in memory than an element needs."""

    def __init__(self, content: Content) -> None:
        self._chunks = content.read_chunks()
        self._decoder = _Decoder()
        self._buffer, self._at = "", 0
        self._is_first = True

    def expect(self, character: str) -> None:
        """Passes over a character."""
        if self._peek() != character:
            raise EntryError(f"is malformed JSON: `{character}` expected before this element")
        self._at += 1

    def at_end(self) -> bool:
        """Whether the array ends here; passes over the comma before an element."""
        if self._peek() == "]":
            self._at += 1
            if self._peek():
                raise EntryError("is malformed JSON: something follows the array")
            return True
        if not self._is_first:
            self.expect(",")
        self._is_first = False
        return False

    def read_value(self) -> tuple[JsonValue, str | None]:
        """The next element, and why it is not to be used."""
        self._peek()
        while True:
            try:
                value, fault, end = self._decoder.decode(self._buffer, self._at)
            except RecursionError:
                raise EntryError(f"is nested more than {MAX_DEPTH} deep") from None
            except json.JSONDecodeError as error:
                # What is cut short looks malformed until there is more of it.
                if not self._fill():
                    raise EntryError(f"is malformed JSON: {error.msg}") from None
                continue
            length = end - self._at
            # A number may go on in the next piece.
            if end == len(self._buffer) and not isinstance(value, dict) and self._fill():
                continue
            self._at += length
            return value, fault

    def _peek(self) -> str:
        while True:
            match = _SPACES.match(self._buffer, self._at)
            self._at = match.end() if match is not None else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._fill():
                return ""

    def _fill(self) -> bool:
        """Doubles what is in memory of the element, so that parsing it again stays linear."""
        kept = self._buffer[self._at :]
        if len(kept) > MAX_SIZE:
            raise EntryError(f"is malformed JSON, or has more than {MAX_SIZE:,} characters")
        pieces, length = [kept], 0
        for chunk in self._chunks:
            pieces.append(chunk)
            length += len(chunk)
            if length >= len(kept):
                break
        self._buffer, self._at = "".join(pieces), 0
        return length > 0


def _explain(error: json.JSONDecodeError) -> str:
    return f"{error.msg} at column {error.colno}"

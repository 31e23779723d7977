"""Tables as delimited text, with a header line (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator

from kg.records import JsonValue
from kg.sources.content import MAX_LINE, Content
from kg.sources.entries import Entry, EntryError, Problem
from kg.sources.metadata import FIELDS, TEXT_FIELDS, read_entry


def make_detect(delimiter: str) -> Callable[[bytes], bool]:
    """What tells a table: a first line of several columns, one of them for the abstract."""

    def detect(head: bytes) -> bool:
        first = head.split(b"\n", 1)[0].decode(errors="replace")
        names = [name.strip().strip('"').strip().lower() for name in first.split(delimiter)]
        return len(names) > 1 and not set(TEXT_FIELDS).isdisjoint(names)

    return detect


def make_read(delimiter: str) -> Callable[[Content], Iterator[Entry | Problem]]:
    """The reader of tables with this delimiter."""

    def read(content: Content) -> Iterator[Entry | Problem]:
        return read_table(content, delimiter)

    return read


def read_table(content: Content, delimiter: str) -> Iterator[Entry | Problem]:
    """Reads a table: each row is an entry, each column a field.

    Args:
        content: The table. Its first line names the columns; of names that differ in case only,
            there can be one. Fields may be quoted and hold line ends then. Names in a list are
            parted by `;`.
        delimiter: What stands between two fields.

    Yields:
        An entry for each row, at the line where the row begins; or a `Problem`. After a mistake
        in the quoting nothing follows, since it cannot be told where the next row begins.
    """
    lines = _Lines(content)
    # A record may be as long here as in the other formats; the limit can only be set for all.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE))
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    names: list[str] | None = None
    while True:
        lines.problem = None
        start = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield lines.problem or Problem(_explain(error), line=start)
            return
        if lines.problem is not None:
            yield lines.problem
            if names is None:
                return
        elif not any(row):
            continue
        elif names is None:
            try:
                names = _read_header(row)
            except EntryError as error:
                yield Problem(str(error), line=start)
                return
        else:
            yield _read_row(start, names, row)


class _Lines:
    """The lines as `csv` wants them: with an end, and with a place for those that fail."""

    def __init__(self, content: Content) -> None:
        self.problem: Problem | None = None
        self._lines = content.read_lines()

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.problem = self.problem or line.problem
            yield line.text + line.end


def _explain(error: csv.Error) -> str:
    message = str(error)
    if "unexpected end" in message:
        return "a quotation mark is opened here and never closed"
    if "expected after" in message:
        return "a closing quotation mark is not followed by the delimiter; double it in a field"
    if "new-line character" in message:
        return "a carriage return stands alone; quote the field, or end lines with a line feed"
    return f"is malformed ({message})"


def _read_header(row: list[str]) -> list[str]:
    names = [name.strip() for name in row]
    lowered = [name.lower() for name in names]
    for name in FIELDS:
        if lowered.count(name) > 1:
            raise EntryError(f"two columns are called `{name}`; rename one")
    if set(TEXT_FIELDS).isdisjoint(lowered):
        found = ", ".join(names)
        found = found if len(found) <= 200 else found[:200] + "…"
        raise EntryError(f"no column is called `abstract` or `text`; there are {found}")
    return [low if low in FIELDS else name for low, name in zip(lowered, names, strict=True)]


def _read_row(line: int, names: list[str], row: list[str]) -> Entry | Problem:
    if len(row) > len(names):
        reason = f"the row has {len(row)} fields, and the header {len(names)}"
        return Problem(f"{reason}; quote fields that hold the delimiter", line=line)
    fields: dict[str, JsonValue] = {
        name: value for name, value in zip(names, row, strict=False) if value or name in TEXT_FIELDS
    }
    try:
        return read_entry(line, fields)
    except EntryError as error:
        return Problem(str(error), line=line)

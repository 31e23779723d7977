"""Parquet tables with the common fields as columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kg.records import JsonValue
from kg.sources.content import Content
from kg.sources.entries import Entry, EntryError, Problem
from kg.sources.metadata import FIELDS, TEXT_FIELDS, read_entry, tidy
from kg.sources.registry import SourceFormat

_MAGIC = b"PAR1"
_BATCH_SIZE = 1000
# What Arrow raises for a value that Python has nothing like: nanoseconds, years after 9999,
# time zones that are not known, bytes that are not UTF-8.
_UNREADABLE = (ValueError, OverflowError, LookupError, pa.ArrowException)


def _detect(head: bytes) -> bool:
    return head.startswith(_MAGIC)


def _read(content: Content) -> Iterator[Entry | Problem]:
    row = 0
    try:
        with content.open_random_access() as stream, pq.ParquetFile(stream) as file:
            names = _read_names(file.schema_arrow.names)
            for batch in file.iter_batches(batch_size=_BATCH_SIZE):
                for at in range(batch.num_rows):
                    row += 1
                    yield _read_row(row, names, batch, at)
    except EntryError as error:
        yield Problem(str(error))
    except (pa.ArrowException, OSError) as error:
        reason = str(error).split("\n", 1)[0][:200]
        yield Problem(f"is no Parquet file, or a damaged one ({reason})", line=row + 1)


def _read_names(columns: list[str]) -> Mapping[str, int]:
    names: dict[str, int] = {}
    for at, column in enumerate(columns):
        name = column.lower() if column.lower() in FIELDS else column
        if name in names:
            raise EntryError(f"two columns are called `{name}`; rename one")
        names[name] = at
    if set(TEXT_FIELDS).isdisjoint(names):
        found = ", ".join(columns)[:200]
        raise EntryError(f"no column is called `abstract` or `text`; there are {found}")
    return names


def _read_row(
    row: int, names: Mapping[str, int], batch: pa.RecordBatch, at: int
) -> Entry | Problem:
    fields: dict[str, JsonValue] = {}
    for name, column in names.items():
        try:
            fields[name] = _to_json(batch.column(column)[at].as_py())
        except _UNREADABLE as error:
            if name in FIELDS:
                reason = f"a value that cannot be read ({batch.schema.types[column]})"
                if isinstance(error, UnicodeDecodeError):
                    reason = "text that is not UTF-8"
                return Problem(f"the column `{name}` holds {reason}", line=row)
            # Nothing hangs on it, so that it need not be understood.
            fields[name] = _print_value(batch.column(column).slice(at, 1))
    try:
        return read_entry(row, fields)
    except EntryError as error:
        return Problem(str(error), line=row)


def _print_value(array: pa.Array) -> str:
    """The value of an array of one as Arrow prints it, in one line."""
    return tidy(array.to_string().removeprefix("[").removesuffix("]"))


def _to_json(value: Any) -> JsonValue:
    """A value of Arrow's as JSON has it; what is not a number is nothing.

    Raises:
        EntryError: Its type is one that JSON has nothing like.
    """
    match value:
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case list() | tuple():
            return [_to_json(item) for item in value]
        case dict():
            return {str(key): _to_json(item) for key, item in value.items()}
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal() | timedelta():
            return str(value)
        case bytes():
            return value.hex()
    raise EntryError(f"a column holds values of a kind that is not read ({type(value).__name__})")


FORMAT = SourceFormat(
    name="parquet",
    description="Parquet with the columns of JSON Lines",
    suffixes=(".parquet", ".pq"),
    detect=_detect,
    read=_read,
    is_binary=True,
)

"""CSV for databases (RFC 4180): strings quoted, null an empty field, an empty string `""`.

So line feeds, commas, quotes and backslashes are held as they are. U+0000, at which readers
stop, is replaced by U+FFFD.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from kg.export.columns import replace_characters

ITEM_SEPARATOR = "\u001f"
"""What parts the items of a list where a database splits them: made for that."""


class CsvFile:
    """A CSV file that is written batch by batch, to be closed by `with`.

    Args:
        path: The file.
        columns: From attribute to its name in the header, in order; the same attribute may come
            twice.
        item_separator: What parts the items of lists, and is replaced within them; where it is
            `None`, lists are JSON.

    Attributes:
        replaced: How many characters were replaced by U+FFFD.

    Raises:
        OSError: The file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        columns: Sequence[tuple[str, str]],
        *,
        item_separator: str | None = None,
    ) -> None:
        self.replaced = 0
        self._columns = columns
        self._separator = item_separator
        self._file = path.open("wb")
        self._writer: pa.csv.CSVWriter | None = None
        self._file.write(",".join(_quote(header) for _, header in columns).encode() + b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._file:
            if self._writer is not None:
                self._writer.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch, which has at least the columns."""
        ready = {name: self._prepare(batch[name]) for name in dict(self._columns)}
        arrays = [ready[name] for name, _ in self._columns]
        rows = pa.record_batch(arrays, names=[header for _, header in self._columns])
        if self._writer is None:
            self._writer = pa.csv.CSVWriter(
                self._file, rows.schema, write_options=pa.csv.WriteOptions(include_header=False)
            )
        self._writer.write_batch(rows)

    def _prepare(self, column: pa.Array) -> pa.Array:
        if not pa.types.is_list(column.type):
            column, replaced = replace_characters(column, r"\x00")
            self.replaced += replaced
            return column
        if self._separator is None:
            items = column.to_pylist()
            column = pa.array([None if item is None else _encode(item) for item in items])
            return column.cast(pa.string())
        column, replaced = replace_characters(column, rf"[\x00\x{{{ord(self._separator):X}}}]")
        self.replaced += replaced
        return pc.binary_join(column, self._separator)


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _quote(text: str) -> str:
    return f'"{text}"'

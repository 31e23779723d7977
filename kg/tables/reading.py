"""Reading the tables of a graph."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kg.errors import GraphError
from kg.tables.schema import SCHEMAS

Row = dict[str, Any]


class RowSource(Protocol):
    """Whatever gives the rows of the tables: `Tables`, or what restores a few of them."""

    def rows(self, name: str, columns: Sequence[str] | None = None) -> Iterator[Row]:
        """The rows of the table `name`."""

    def rows_where(
        self,
        name: str,
        allowed: Mapping[str, Collection[str]],
        columns: Sequence[str] | None = None,
    ) -> Iterator[Row]:
        """The rows of `name` whose columns hold one of the values allowed in each."""


class Tables:
    """The tables in a folder.

    Args:
        folder: A folder of `<name>.parquet`, one for each of `SCHEMAS`.

    Raises:
        GraphError: A table is missing, damaged, or of another version of the schema.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, schema in SCHEMAS.items():
            path = folder / f"{name}.parquet"
            try:
                found = pq.read_schema(path)
            except FileNotFoundError:
                raise GraphError(f"{folder}: {name}.parquet is missing; build it again") from None
            except (OSError, pa.ArrowException) as error:
                raise GraphError(f"{path}: cannot be read ({error}); build it again") from None
            if not found.equals(schema):
                raise GraphError(f"{path}: written by another version of kg; build it again")

    def count(self, name: str) -> int:
        """Number of rows of the table `name`."""
        return int(pq.read_metadata(self.folder / f"{name}.parquet").num_rows)

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The whole table `name`, or some columns of it."""
        schema = SCHEMAS[name]
        if columns is not None:
            schema = pa.schema([schema.field(column) for column in columns])
        return pa.Table.from_batches(self.batches(name, schema.names), schema)

    def rows(self, name: str, columns: Sequence[str] | None = None) -> Iterator[Row]:
        """The rows of the table `name` as dictionaries, streamed in batches."""
        for batch in self._stream(name, columns):
            yield from batch.to_pylist()

    def batches(
        self, name: str, columns: Sequence[str], *, size: int = 4_096
    ) -> Iterator[pa.RecordBatch]:
        """Some columns of the table `name`, in the order asked for, streamed.

        Args:
            name: The table.
            columns: Names of the columns.
            size: How many rows a batch has at most.
        """
        for batch in self._stream(name, columns, size):
            yield batch.select(columns)

    def rows_where(
        self,
        name: str,
        allowed: Mapping[str, Collection[str]],
        columns: Sequence[str] | None = None,
    ) -> Iterator[Row]:
        """The rows of `name` whose columns hold one of the values allowed in each, streamed.

        Args:
            name: The table.
            allowed: From text column to the values wanted in it; all must hold.
            columns: What to give of each row; everything where `None`.
        """
        names = list(SCHEMAS[name].names if columns is None else columns)
        ordered = {column: sorted(values) for column, values in allowed.items()}
        wanted = {column: pa.array(values, pa.string()) for column, values in ordered.items()}
        with self._open(name) as file:
            for group in range(file.num_row_groups):
                # Most groups of rows hold nothing that is wanted: their bounds or a few of their
                # columns tell.
                if not _may_hold(file.metadata.row_group(group), ordered):
                    continue
                keys = file.read_row_group(group, [*wanted])
                mask = pa.chunked_array([pa.repeat(True, keys.num_rows)])
                for column, values in wanted.items():
                    mask = pc.and_(mask, pc.is_in(keys[column], value_set=values))
                if pc.any(mask).as_py():
                    found = file.read_row_group(group, names).filter(mask)
                    yield from found.select(names).to_pylist()

    def select(self, table: str, **values: str | Sequence[str]) -> list[Row]:
        """The rows of a table in which each named column has (one of) the values."""
        allowed = {
            column: [value] if isinstance(value, str) else value for column, value in values.items()
        }
        return list(self.rows_where(table, allowed))

    def _stream(
        self, name: str, columns: Sequence[str] | None, size: int = 4_096
    ) -> Iterator[pa.RecordBatch]:
        with self._open(name) as file:
            yield from file.iter_batches(batch_size=size, columns=columns)

    @contextmanager
    def _open(self, name: str) -> Iterator[pq.ParquetFile]:
        path = self.folder / f"{name}.parquet"
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                yield file
        except (OSError, pa.ArrowException) as error:
            raise GraphError(f"{path}: cannot be read ({error}); build it again") from None


def _may_hold(group: pq.RowGroupMetaData, allowed: Mapping[str, Sequence[str]]) -> bool:
    """Whether the bounds of a group's columns leave room for a value allowed in each.

    Args:
        group: A group of rows.
        allowed: From column to the values, sorted.
    """
    for position in range(group.num_columns):
        column = group.column(position)
        values = allowed.get(column.path_in_schema)
        bounds = column.statistics
        if values is None or bounds is None or not bounds.has_min_max:
            continue
        first = bisect_left(values, bounds.min)
        if first == len(values) or values[first] > bounds.max:
            return False
    return True

"""Rows of a table in another order than its own, in memory that does not grow with it.

An external merge sort: runs of bounded size are sorted by Arrow, kept in temporary files and
merged.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa

RUN_ROWS = 250_000
_MERGE_ROWS = 4_096

Values = tuple[Any, ...]


def sort_batches(
    batches: Iterable[pa.RecordBatch], by: Sequence[str], *, run_rows: int = RUN_ROWS
) -> Iterator[Values]:
    """The rows of the batches, as tuples of their columns, in ascending order of `by`.

    Args:
        batches: All of the same schema, which has the columns of `by` first; those hold no
            nulls. Strings are ordered by code point.
        by: Names of the columns to sort by.
        run_rows: How many rows to hold in memory at least, before a run is put aside.

    Raises:
        OSError: The temporary files cannot be written.
    """
    key = itemgetter(slice(0, len(by)))
    runs = _sort_runs(batches, by, run_rows)
    first = next(runs, None)
    if first is None:
        return
    second = next(runs, None)
    if second is None:
        yield from read_rows(first.to_batches(_MERGE_ROWS))
        return
    with tempfile.TemporaryDirectory(prefix="kg-sort-") as folder:
        paths = [_write_run(Path(folder) / "0", first), _write_run(Path(folder) / "1", second)]
        del first, second
        paths += [_write_run(Path(folder) / str(i), run) for i, run in enumerate(runs, 2)]
        yield from heapq.merge(*map(_read_run, paths), key=key)


def read_rows(batches: Iterable[pa.RecordBatch]) -> Iterator[Values]:
    """The rows of the batches, as tuples of their columns."""
    for batch in batches:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


class Groups:
    """Sorted rows, taken group by group beside another sorted table (a merge join).

    Args:
        rows: In ascending order of their first value.
    """

    def __init__(self, rows: Iterable[Values]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def take(self, key: str) -> list[Values]:
        """The rows that begin with `key`; keys have to be asked for in ascending order."""
        while self._next is not None and self._next[0] < key:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != key:
            return []
        rows = list(self._next[1])
        self._next = next(self._groups, None)
        return rows


def _sort_runs(
    batches: Iterable[pa.RecordBatch], by: Sequence[str], run_rows: int
) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= run_rows:
            yield _sort_run(held, by)
            held, rows = [], 0
    if held:
        yield _sort_run(held, by)


def _sort_run(batches: list[pa.RecordBatch], by: Sequence[str]) -> pa.Table:
    return pa.Table.from_batches(batches).sort_by([(name, "ascending") for name in by])


def _write_run(path: Path, run: pa.Table) -> Path:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, run.schema) as writer:
        writer.write_table(run, max_chunksize=_MERGE_ROWS)
    return path


def _read_run(path: Path) -> Iterator[Values]:
    with pa.OSFile(str(path), "rb") as file:
        yield from read_rows(pa.ipc.open_stream(file))

"""Sorted tables side by side, range by range, as Arrow holds them (a merge join).

For tables that are too large for memory, where rows as Python values would be too slow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

_BATCH_ROWS = 4_096


class SortedRows:
    """Sorted rows, taken range by range beside another sorted table.

    Args:
        batches: In ascending order of `key`, a column of strings without nulls; none is empty.
        key: Name of the column.
    """

    def __init__(self, batches: Iterable[pa.RecordBatch], key: str) -> None:
        self._batches = iter(batches)
        self._key = key
        self._held: pa.RecordBatch | None = None

    def take_to(self, last: str) -> Iterator[pa.RecordBatch]:
        """The rows that follow, up to and with the key `last`."""
        while (batch := self._read()) is not None:
            keys = batch[self._key]
            if keys[-1].as_py() <= last:
                yield batch
                continue
            rows = pc.sum(pc.less_equal(keys, last)).as_py()
            self._held = batch.slice(rows)
            if rows:
                yield batch.slice(0, rows)
            return

    def _read(self) -> pa.RecordBatch | None:
        if self._held is not None:
            batch, self._held = self._held, None
            return batch
        return next(self._batches, None)


def write_runs(
    folder: Path, batches: Iterable[pa.RecordBatch], by: Sequence[str], *, run_rows: int
) -> list[SortedRows]:
    """Sort batches into runs, each a file; together they hold all rows.

    Args:
        folder: Where the files are put.
        batches: All of the same schema.
        by: Names of the columns to sort by, of strings without nulls.
        run_rows: How many rows to hold in memory at least, before a run is put aside.

    Returns:
        The runs, each to be taken by the first column of `by`.

    Raises:
        OSError: The files cannot be written.
    """
    return [
        SortedRows(_read_run(path), by[0])
        for path in _write_files(folder, iter(batches), by, run_rows)
    ]


def _write_files(
    folder: Path, batches: Iterator[pa.RecordBatch], by: Sequence[str], run_rows: int
) -> Iterator[Path]:
    for number in count():
        run = _read_rows(batches, run_rows)
        if run is None:
            return
        run = run.sort_by([(name, "ascending") for name in by])
        path = folder / str(number)
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, run.schema) as writer:
            writer.write_table(run, max_chunksize=_BATCH_ROWS)
        yield path


def _read_rows(batches: Iterator[pa.RecordBatch], rows: int) -> pa.Table | None:
    """The next rows, as many as a run has; `None` where there are no more."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        rows -= batch.num_rows
        if rows <= 0:
            break
    return pa.Table.from_batches(held) if held else None


def _read_run(path: Path) -> Iterator[pa.RecordBatch]:
    with pa.OSFile(str(path), "rb") as file:
        yield from pa.ipc.open_stream(file)

"""Columns of attributes, changed to what a format can hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

REPLACEMENT = "\ufffd"


def drop_empty(column: pa.Array) -> pa.Array:
    """The column with null for each empty list."""
    if not pa.types.is_list(column.type):
        return column
    is_empty = pc.equal(pc.list_value_length(column), 0)
    return pc.if_else(is_empty, pa.scalar(None, column.type), column)


def replace_characters(column: pa.Array, pattern: str) -> tuple[pa.Array, int]:
    """A column of strings, or of lists of them, with U+FFFD for some characters.

    Args:
        column: The column; of another type, it stays as it is.
        pattern: A regular expression (RE2) that matches one character.

    Returns:
        The column, and how many characters were replaced.
    """
    if pa.types.is_list(column.type):
        values, count = replace_characters(column.flatten(), pattern)
        if not count:
            return column, 0
        lengths = pc.fill_null(pc.list_value_length(column), 0)
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths)])
        return pa.ListArray.from_arrays(offsets, values, mask=column.is_null()), count
    if not pa.types.is_string(column.type):
        return column, 0
    count = pc.sum(pc.count_substring_regex(column, pattern)).as_py() or 0
    if count:
        column = pc.replace_substring_regex(column, pattern, REPLACEMENT)
    return column, count


def read_attributes(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """The rows of a batch, each with the attributes that it has."""
    names = batch.schema.names
    for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}

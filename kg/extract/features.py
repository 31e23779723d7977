"""Features of things in a text, as 64-bit numbers, made with whole arrays at a time.

A feature is a template (`word between`) and the values that fill it (the hash of a word, a
type, a distance). Its number depends on these alone: not on the machine, nor on what else was
read before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

Numbers = NDArray[np.uint64]
Positions = NDArray[np.int64]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


@dataclass(frozen=True, slots=True, eq=False)
class FeatureSet:
    """The features of some rows: feature `ids[i]` holds of row `rows[i]`, of `count` rows."""

    rows: Positions
    ids: Numbers
    count: int


@cache
def _template_number(template: str) -> np.uint64:
    return np.uint64(get_string_id(template))


def combine(*values: NDArray[np.generic]) -> Numbers:
    """One number for each tuple of values (whole numbers or hashes, of one shape)."""
    return _mix(np.zeros(len(values[0]), dtype=np.uint64), values)


def _mix(out: Numbers, values: tuple[NDArray[np.generic], ...]) -> Numbers:
    for value in values:
        same_size = value.dtype.itemsize == out.dtype.itemsize
        out ^= value.view(np.uint64) if same_size else value.astype(np.uint64)
        out *= _MULTIPLIER
    out ^= out >> _SHIFT
    out *= _MULTIPLIER
    return out


def spread(starts: Positions, ends: Positions) -> tuple[Positions, Positions]:
    """All positions in the ranges from `starts` to `ends`, each with the number of its range."""
    lengths = np.maximum(ends - starts, 0)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    before = np.cumsum(lengths) - lengths
    return owners, np.arange(len(owners)) - before[owners] + starts[owners]


class FeatureCollector:
    """Collects the features of a number of rows."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._rows: list[Positions] = []
        self._ids: list[Numbers] = []

    def add(self, template: str, rows: Positions, *values: NDArray[np.generic]) -> None:
        """Let a feature hold of each of `rows`.

        Args:
            template: What kind of feature it is.
            rows: Row numbers; a row may come more than once.
            values: What fills the template, parallel to `rows`.
        """
        if not len(rows):
            return
        ids = np.empty(len(rows), dtype=np.uint64)
        ids.fill(_template_number(template))
        self._rows.append(rows)
        self._ids.append(_mix(ids, values))

    def collect(self) -> FeatureSet:
        """What was added."""
        if not self._rows:
            return FeatureSet(np.zeros(0, np.int64), np.zeros(0, np.uint64), self._count)
        return FeatureSet(np.concatenate(self._rows), np.concatenate(self._ids), self._count)


def bucket(values: NDArray[np.integer]) -> Positions:
    """Counts and distances in classes that widen: 0, 1, 2, 3, 4, 5 to 6, 7 to 9, 10 to 14, …."""
    return np.searchsorted(_BOUNDS, values, side="right").astype(np.int64)


_BOUNDS = np.array([1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100])

"""Pairs of entities between which a relation may be stated, and what tells of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.extract.features import (
    FeatureCollector,
    FeatureSet,
    Positions,
    bucket,
    combine,
    spread,
)
from kg.extract.layout import Layout, word_at
from kg.records import ENTITY_TYPES, RELATION_PREDICATES, ROLES

# How many sentences the nearest mentions of a pair may lie apart.
_FARTHEST = 1
_FARTHEST_INTRODUCED = 12
_WINDOW = 4
_FARTHEST_WORDS = 40
_KINDS = len(ENTITY_TYPES)
_INTRODUCES = ROLES.index("introduces")
_NUMBER_OF_WORDS = 5

_SAME_TYPE = [(kind, kind) for kind in ENTITY_TYPES]
_MAKERS = ("Model", "Technique", "Software")
_THINGS = ("Model", "Technique", "Dataset", "Software")
_METHODS = ("Model", "Technique")

# GUIDELINES: the types that a predicate joins, subject first.
SIGNATURES: dict[str, frozenset[tuple[str, str]]] = {
    "developedBy": frozenset((kind, "Organization") for kind in _THINGS),
    "variantOf": frozenset([*_SAME_TYPE, ("Model", "Technique"), ("Software", "Technique")]),
    "partOf": frozenset(
        [*_SAME_TYPE, ("Technique", "Model"), ("Technique", "Software"), ("Model", "Technique"),
         ("Task", "Technique")]
    ),
    "uses": frozenset((a, b) for a in _THINGS for b in _THINGS),
    "trainedOn": frozenset((a, "Dataset") for a in _METHODS),
    "evaluatedOn": frozenset((a, "Dataset") for a in _METHODS),
    "appliedTo": frozenset((a, "Task") for a in _MAKERS),
    "measuredBy": frozenset((a, "Metric") for a in (*_MAKERS, "Task", "Dataset")),
    "outperforms": frozenset((a, b) for a in _MAKERS for b in _MAKERS),
    "comparedWith": frozenset((a, b) for a in _MAKERS for b in _MAKERS),
    "benchmarkFor": frozenset([("Dataset", "Task"), ("Metric", "Task")]),
}  # fmt: skip
_ALLOWED: NDArray[np.bool_] = np.array(
    [
        [[(a, b) in SIGNATURES[predicate] for predicate in RELATION_PREDICATES]
         for b in ENTITY_TYPES]
        for a in ENTITY_TYPES
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of entities, each with the two mentions that stand nearest to each other.

    Attributes:
        first: The entity of the mention that comes first in the text.
        second: That of the other.
        first_mention: The mention that comes first.
        second_mention: The other.
        allowed: Pairs x classes: whether the types allow it. The classes are the predicates
            with the first as subject, then those with the second as subject.
    """

    first: Positions
    second: Positions
    first_mention: Positions
    second_mention: Positions
    allowed: NDArray[np.bool_]


def find_pairs(layout: Layout) -> Pairs:
    """The pairs of entities that may be related.

    Two mentions of them stand in one sentence or in neighbouring ones. Of a pair with an
    entity that the paper introduces they may stand farther apart: what is said of "our method" is
    said of it.

    Args:
        layout: Of the text.
    """
    count = len(layout.types)
    places = np.arange(len(layout.start))
    end = np.searchsorted(layout.sentence, layout.sentence + _FARTHEST_INTRODUCED, side="right")
    a, b = spread(places + 1, end)
    one, other = layout.entity[a], layout.entity[b]
    apart = layout.sentence[b] - layout.sentence[a]
    introduced = layout.roles == _INTRODUCES
    allowed = _ALLOWED[layout.types[one], layout.types[other]].any(1)
    allowed |= _ALLOWED[layout.types[other], layout.types[one]].any(1)
    near = (apart <= _FARTHEST) | introduced[one] | introduced[other]
    kept = np.flatnonzero((one != other) & allowed & near)
    a, b, apart = a[kept], b[kept], apart[kept]
    key = np.minimum(one, other)[kept] * count + np.maximum(one, other)[kept]
    distance = layout.start[b] - layout.end[a] + 1000 * apart
    order = np.lexsort((a, distance, key))
    nearest = order[np.append(True, key[order][1:] != key[order][:-1])] if len(key) else order
    a, b = a[nearest], b[nearest]
    first, second = layout.entity[a], layout.entity[b]
    there = _ALLOWED[layout.types[first], layout.types[second]]
    back = _ALLOWED[layout.types[second], layout.types[first]]
    return Pairs(first, second, a, b, np.concatenate([there, back], axis=1))


def relation_features(layout: Layout, pairs: Pairs) -> FeatureSet:
    """The features of pairs of entities, a row each.

    Args:
        layout: Of the text.
        pairs: Those of `find_pairs`.
    """
    collector = FeatureCollector(len(pairs.first))
    rows = np.arange(len(pairs.first))
    if not len(rows):
        return collector.collect()
    kinds = layout.types[pairs.first] * _KINDS + layout.types[pairs.second]
    roles = layout.roles[pairs.first] * len(ROLES) + layout.roles[pairs.second]
    a, b = pairs.first_mention, pairs.second_mention
    apart = np.minimum(layout.sentence[b] - layout.sentence[a], 4)
    _add_pair(collector, layout, pairs, kinds, roles, apart)
    _add_names(collector, layout, pairs, kinds)
    near = apart == 0
    _add_between(collector, layout, rows[near], a[near], b[near], kinds[near], roles[near])
    _add_windows(collector, layout, rows, a, b, kinds, np.minimum(apart, 1))
    return collector.collect()


def _add_pair(
    collector: FeatureCollector,
    layout: Layout,
    pairs: Pairs,
    kinds: Positions,
    roles: Positions,
    apart: Positions,
) -> None:
    rows = np.arange(len(pairs.first))
    first, second = pairs.first, pairs.second
    a, b = pairs.first_mention, pairs.second_mention
    total = len(layout.first)
    same = layout.group_start[a] == layout.group_start[b]
    number = np.minimum(np.bincount(layout.entity, minlength=len(layout.types)), 4)
    introduced = layout.roles == _INTRODUCES
    order = np.cumsum(introduced) * introduced
    rank = np.minimum(order, 3) + 4 * min(int(introduced.sum()), 3)
    between = np.minimum(np.where(same, 0, b - a), 8)
    collector.add("types", rows, kinds)
    collector.add("types apart", rows, kinds, apart)
    collector.add("roles", rows, roles)
    collector.add("roles types", rows, roles, kinds)
    collector.add("roles types apart", rows, roles, kinds, np.minimum(apart, 2))
    collector.add("same enumeration", rows, same, kinds, apart)
    collector.add("mentions between", rows, between, kinds, apart > 0)
    collector.add("mentions between roles", rows, between, roles, apart > 0)
    collector.add("distance", rows, bucket(layout.start[b] - layout.end[a]), kinds)
    collector.add("counts", rows, number[first], number[second], kinds)
    collector.add("rank first", rows, rank[first], kinds, roles)
    collector.add("rank second", rows, rank[second], kinds, roles)
    collector.add("place", rows, 4 * layout.sentence[b] // total, kinds, apart > 0)
    collector.add("place roles", rows, 4 * layout.sentence[b] // total, roles)
    collector.add("first place", rows, np.minimum(layout.sentence[a], 3), kinds)
    collector.add("last place", rows, np.minimum(total - 1 - layout.sentence[b], 3), kinds)
    # Whether other entities of the same types stand nearer.
    collector.add("alternatives", rows, *_alternatives(layout, pairs), kinds, apart > 0)


def _alternatives(layout: Layout, pairs: Pairs) -> tuple[Positions, Positions]:
    """For each pair, how many pairs of the same types and one same end stand nearer, up to 3."""
    kinds = layout.types[pairs.first] * _KINDS + layout.types[pairs.second]
    distance = layout.start[pairs.second_mention] - layout.end[pairs.first_mention]
    out = []
    for end in (pairs.first, pairs.second):
        order = np.lexsort((distance, kinds, end))
        places = np.arange(len(order))
        new = np.append(True, (np.diff(end[order]) != 0) | (np.diff(kinds[order]) != 0))
        fresh = new | np.append(True, np.diff(distance[order]) != 0)
        group = np.maximum.accumulate(np.where(new, places, 0))
        nearer = np.zeros(len(order), dtype=np.int64)
        nearer[order] = np.maximum.accumulate(np.where(fresh, places, 0)) - group
        out.append(np.minimum(nearer, 3))
    return out[0], out[1]


def _add_names(
    collector: FeatureCollector,
    layout: Layout,
    pairs: Pairs,
    kinds: Positions,
) -> None:
    rows = np.arange(len(pairs.first))
    a, b = pairs.first_mention, pairs.second_mention
    words = layout.words
    first_head, second_head = words[layout.end[a] - 1], words[layout.end[b] - 1]
    collector.add("first head", rows, first_head, kinds)
    collector.add("second head", rows, second_head, kinds)
    collector.add("same head", rows, first_head == second_head, kinds)
    names: list[set[int]] = [set() for _ in layout.types]
    for entity, start, end in zip(
        layout.entity.tolist(), layout.start.tolist(), layout.end.tolist(), strict=True
    ):
        names[entity].update(words[start:end].tolist())
    overlap = np.array(
        [
            _overlap(names[i], names[j])
            for i, j in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
    collector.add("overlap", rows, overlap, kinds, first_head == second_head)
    for side, mention in (("first", a), ("second", b)):
        owners, at = spread(layout.start[mention], layout.end[mention])
        collector.add(f"{side} word", owners, words[at], kinds[owners])


def _overlap(one: set[int], other: set[int]) -> int:
    shared = len(one & other)
    if not shared:
        return 0
    if one == other:
        return 1
    return 2 if one < other else 3 if other < one else 4


def _add_between(
    collector: FeatureCollector,
    layout: Layout,
    rows: Positions,
    a: Positions,
    b: Positions,
    kinds: Positions,
    roles: Positions,
) -> None:
    words = layout.words
    pairs = combine(words[:-1], words[1:])
    threes = combine(words[:-2], words[1:-1], words[2:])
    same = layout.group_start[a] == layout.group_start[b]
    # What stands between two enumerations stands between each two of their members.
    start = np.where(same, layout.end[a], layout.group_end[a])
    end = np.where(same, layout.start[b], layout.group_start[b])
    start = np.minimum(start, end)
    start = np.maximum(start, end - _FARTHEST_WORDS)
    owners, at = spread(start, end)
    collector.add("between", rows[owners], words[at], same[owners])
    collector.add("between types", rows[owners], words[at], kinds[owners])
    collector.add("between roles", rows[owners], words[at], roles[owners])
    # From the last word before it to the first after it.
    owners, at = spread(np.maximum(start - 1, 0), np.minimum(end, len(words) - 1))
    collector.add("pair between", rows[owners], pairs[at])
    collector.add("pair between types", rows[owners], pairs[at], kinds[owners])
    owners, at = spread(start, end - 2)
    collector.add("three between", rows[owners], threes[at])
    length = end - start
    collector.add("length", rows, bucket(length), kinds)
    short = np.flatnonzero(length <= _NUMBER_OF_WORDS)
    whole = np.zeros((len(short), _NUMBER_OF_WORDS), dtype=np.uint64)
    owners, at = spread(start[short], end[short])
    whole[owners, at - start[short][owners]] = words[at]
    text = combine(*whole.T)
    collector.add("whole", rows[short], text)
    collector.add("whole types", rows[short], text, kinds[short])
    # With the mentions between written as their types.
    owners, at = spread(a + 1, b)
    collector.add("type between", rows[owners], layout.types[layout.entity[at]], kinds[owners])


def _add_windows(
    collector: FeatureCollector,
    layout: Layout,
    rows: Positions,
    a: Positions,
    b: Positions,
    kinds: Positions,
    far: Positions,
) -> None:
    words = layout.words
    for name, mention in (("first", a), ("second", b)):
        sentence = layout.sentence[mention]
        first, last = layout.first[sentence], layout.last[sentence]
        start, end = layout.group_start[mention], layout.group_end[mention]
        for step in (1, 2):
            for side, at in (("left", start - step), ("right", end + step - 1)):
                word = word_at(layout, at, first, last)
                collector.add(f"{name} {side} {step}", rows, word, far)
                collector.add(f"{name} {side} {step} types", rows, word, kinds, far)
        owners, at = spread(np.maximum(first, start - _WINDOW), start)
        collector.add(f"{name} before", rows[owners], words[at], kinds[owners], far[owners])
        owners, at = spread(end, np.minimum(last, end + _WINDOW))
        collector.add(f"{name} after", rows[owners], words[at], kinds[owners], far[owners])

"""Quantities that may be results, and what tells whose result, on what and by which metric."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

from kg.extract.features import (
    FeatureCollector,
    FeatureSet,
    Positions,
    bucket,
    combine,
    spread,
)
from kg.extract.layout import Layout, word_at
from kg.extract.quantities import Quantity, find_quantities
from kg.records import ENTITY_TYPES, ROLES

_BEFORE = 8
_AFTER = 8
_BETWEEN = 12
_METRIC = ENTITY_TYPES.index("Metric")
_DATASET = ENTITY_TYPES.index("Dataset")
_INTRODUCES = ROLES.index("introduces")
_DIGIT = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The quantities of a text that no mention holds, with their tokens.

    Attributes:
        quantities: In the order of the text.
        start: The first token of each.
        end: The token after the last of each.
        sentence: The sentence of each.
    """

    quantities: Sequence[Quantity]
    start: Positions
    end: Positions
    sentence: Positions


def find_values(text: str, layout: Layout) -> Values:
    """The quantities in `text` that may be results.

    Args:
        text: It.
        layout: Of the same text.
    """
    found = list(find_quantities(text))
    begin = np.array([quantity.start for quantity in found], dtype=np.int64)
    stop = np.array([quantity.end for quantity in found], dtype=np.int64)
    start = np.maximum(np.searchsorted(layout.offsets, begin, side="right") - 1, 0)
    end = np.maximum(np.searchsorted(layout.offsets, stop, side="left"), start + 1)
    held = ((layout.start <= start[:, None]) & (start[:, None] < layout.end)).any(1)
    kept = np.flatnonzero(~held)
    start, end = start[kept], end[kept]
    return Values([found[i] for i in kept], start, end, layout.sentence_at[start])


def value_features(layout: Layout, values: Values) -> FeatureSet:
    """The features that tell whether a quantity is a result, a row each."""
    count = len(values.quantities)
    collector = FeatureCollector(count)
    rows = np.arange(count)
    if not count:
        return collector.collect()
    words = layout.words
    units, shapes = _describe(values)
    start, end, sentence = values.start, values.end, values.sentence
    first, last = layout.first[sentence], layout.last[sentence]
    total = len(layout.first)
    beside = (sentence[:, None] == sentence).sum(1)
    collector.add("unit", rows, units)
    collector.add("shape", rows, shapes)
    collector.add("place", rows, np.minimum(total - 1 - sentence, 3), units)
    collector.add("part", rows, 4 * sentence // total)
    collector.add("beside", rows, np.minimum(beside, 5), units)
    collector.add("side", rows, np.sign(sentence - layout.own), units)
    pairs = combine(words[:-1], words[1:])
    for step in (1, 2, 3):
        left, right = (
            word_at(layout, start - step, first, last),
            word_at(layout, end + step - 1, first, last),
        )
        collector.add(f"left {step}", rows, left)
        collector.add(f"right {step}", rows, right)
        collector.add(f"left {step} unit", rows, left, units)
        collector.add(f"right {step} unit", rows, right, units)
    owners, at = spread(np.maximum(first, start - _BEFORE), start)
    collector.add("before", owners, words[at])
    collector.add("before unit", owners, words[at], units[owners])
    owners, at = spread(np.maximum(first, start - _BEFORE), start - 1)
    collector.add("pair before", owners, pairs[at])
    owners, at = spread(end, np.minimum(last, end + _AFTER))
    collector.add("after", owners, words[at])
    collector.add("after unit", owners, words[at], units[owners])
    owners, at = spread(end, np.minimum(last, end + _AFTER) - 1)
    collector.add("pair after", owners, pairs[at])
    owners, at = spread(first, last)
    collector.add("in sentence", owners, words[at])
    within = sentence[:, None] == layout.sentence
    rows_of, mentions = np.nonzero(within)
    kinds = layout.types[layout.entity[mentions]]
    roles = layout.roles[layout.entity[mentions]]
    side = layout.start[mentions] > start[rows_of]
    distance = np.where(side, layout.start[mentions] - end[rows_of],
                        start[rows_of] - layout.end[mentions])  # fmt: skip
    collector.add("mention", rows_of, kinds, roles)
    collector.add("mention near", rows_of, kinds, side, bucket(distance))
    collector.add("mention unit", rows_of, kinds, units[rows_of])
    return collector.collect()


def choose_values(values: Values, chosen: Positions) -> Values:
    """Those of `values` at the places `chosen`."""
    return Values(
        [values.quantities[i] for i in chosen.tolist()],
        values.start[chosen],
        values.end[chosen],
        values.sentence[chosen],
    )


def link_features(layout: Layout, values: Values) -> FeatureSet:
    """The features that tell what an entity is to a result.

    A row for each value with each entity: row `value * entities + entity`.
    """
    entities = len(layout.types)
    count = len(values.quantities) * entities
    collector = FeatureCollector(count)
    if not count:
        return collector.collect()
    value = np.repeat(np.arange(len(values.quantities)), entities)
    entity = np.tile(np.arange(entities), len(values.quantities))
    rows = np.arange(count)
    mention = _nearest_mentions(layout, values)
    start, end = values.start[value], values.end[value]
    kinds, roles = layout.types[entity], layout.roles[entity]
    after = layout.start[mention] >= start
    apart = np.clip(layout.sentence[mention] - values.sentence[value], -4, 2)
    gap_start = np.where(after, end, layout.end[mention])
    gap_end = np.where(after, layout.start[mention], start)
    distance = np.maximum(gap_end - gap_start, 0)
    here = apart == 0
    number = np.minimum(np.bincount(layout.entity, minlength=entities), 4)[entity]
    introduced = layout.roles == _INTRODUCES
    rank = np.minimum(np.cumsum(introduced) * introduced, 3) + 4 * min(int(introduced.sum()), 3)
    nearer = _nearer(layout, kinds, distance + 1000 * np.abs(apart), after & here)
    key = kinds * len(ROLES) + roles
    units, _ = _describe(values)
    units = units[value]
    collector.add("type", rows, kinds)
    collector.add("type role", rows, key)
    collector.add("type role apart", rows, key, apart, after)
    collector.add("type apart", rows, kinds, apart, after)
    collector.add("type distance", rows, kinds, bucket(distance), after, here)
    collector.add("role distance", rows, roles, bucket(distance), after, here)
    collector.add("nearer", rows, kinds, np.minimum(nearer, 3), after, here)
    collector.add("nearer role", rows, roles, kinds, np.minimum(nearer, 3), here)
    collector.add("count", rows, kinds, number, roles)
    collector.add("rank", rows, rank[entity], kinds)
    collector.add("rank apart", rows, rank[entity], here, after)
    collector.add("unit", rows, units, kinds, here)
    collector.add("unit role", rows, units, key, here, after)
    alone = _is_alone(layout, values)
    collector.add("alone", rows, kinds, alone, here)
    words = layout.words
    near = np.flatnonzero(here)
    owners, at = spread(np.maximum(gap_start, gap_end - _BETWEEN)[near], gap_end[near])
    owners = near[owners]
    collector.add("between", owners, words[at], kinds[owners], after[owners])
    collector.add("between role", owners, words[at], roles[owners], after[owners])
    first = layout.first[values.sentence[value]][near]
    last = layout.last[values.sentence[value]][near]
    for name, place in (
        ("left", layout.group_start[mention][near] - 1),
        ("right", layout.group_end[mention][near]),
        ("value left", start[near] - 1),
        ("value right", end[near]),
    ):
        word = word_at(layout, place, first, last)
        collector.add(name, near, word, kinds[near], after[near])
        collector.add(f"{name} role", near, word, roles[near])
    return collector.collect()


def _nearest_mentions(layout: Layout, values: Values) -> Positions:
    gap = np.maximum(
        layout.start - values.end[:, None], values.start[:, None] - layout.end
    ) + 1000 * np.abs(layout.sentence - values.sentence[:, None])
    out = np.zeros((len(values.quantities), len(layout.types)), dtype=np.int64)
    for entity in range(len(layout.types)):
        own = np.flatnonzero(layout.entity == entity)
        out[:, entity] = own[gap[:, own].argmin(1)]
    return out.ravel()


def _nearer(
    layout: Layout,
    kinds: Positions,
    distance: Positions,
    after: NDArray[np.bool_],
) -> Positions:
    entities = len(layout.types)
    shape = (-1, entities)
    kind, gap, side = kinds.reshape(shape), distance.reshape(shape), after.reshape(shape)
    same = (kind[:, :, None] == kind[:, None, :]) & (side[:, :, None] == side[:, None, :])
    closer = same & (gap[:, None, :] < gap[:, :, None])
    out: Positions = closer.sum(2).ravel()
    return out


def _is_alone(layout: Layout, values: Values) -> Positions:
    """How many entities of the same type the sentence of the value names, up to 3."""
    within = np.zeros((len(values.quantities), len(layout.types)), dtype=bool)
    rows, mentions = np.nonzero(values.sentence[:, None] == layout.sentence)
    within[rows, layout.entity[mentions]] = True
    same = layout.types[:, None] == layout.types
    out: Positions = np.minimum(within.astype(np.int64) @ same.astype(np.int64), 3)
    return out.ravel()


def _describe(values: Values) -> tuple[Positions, Positions]:
    units = [get_string_id(quantity.unit or "") for quantity in values.quantities]
    shapes = [
        get_string_id(_DIGIT.sub(lambda match: str(min(len(match[0]), 4)), quantity.form))
        for quantity in values.quantities
    ]
    return (
        np.array(units, dtype=np.uint64).astype(np.int64),
        np.array(shapes, dtype=np.uint64).astype(np.int64),
    )

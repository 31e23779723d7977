"""What the role of an entity is read from: its mentions, the words around them, their places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kg.extract.features import (
    FeatureCollector,
    FeatureSet,
    Positions,
    bucket,
    combine,
    spread,
)
from kg.extract.layout import Layout, word_at
from kg.records import ExtractedEntity

_BEFORE = 8
_AFTER = 5


def role_features(layout: Layout, entities: Sequence[ExtractedEntity]) -> FeatureSet:
    """The features from which roles are read.

    Args:
        layout: Of the text.
        entities: Those that it was made of.

    Returns:
        A row for each mention, in the order of the layout, with what surrounds it; then one for
        each entity, with what is known of it as a whole. The features of an entity are those of
        its own row and of its mentions' rows together (`join_mentions`).
    """
    mentions, count = len(layout.start), len(layout.types)
    collector = FeatureCollector(mentions + count)
    _add_entities(collector, layout, entities, np.arange(mentions, mentions + count))
    _add_mentions(collector, layout)
    return collector.collect()


def join_mentions(features: FeatureSet, layout: Layout) -> FeatureSet:
    """The features of `role_features`, a row for each entity."""
    count = len(layout.types)
    rows = np.append(layout.entity, np.arange(count))[features.rows]
    return FeatureSet(rows, features.ids, count)


def _add_entities(
    collector: FeatureCollector,
    layout: Layout,
    entities: Sequence[ExtractedEntity],
    rows: Positions,
) -> None:
    kinds, count, total = layout.types, len(layout.types), len(layout.first)
    number = np.bincount(layout.entity, minlength=count)
    first = np.full(count, total)
    np.minimum.at(first, layout.entity, layout.sentence)
    latest = np.zeros(count, dtype=np.int64)
    np.maximum.at(latest, layout.entity, layout.sentence)
    side = np.sign(first - layout.own) if layout.own >= 0 else np.full(count, 2)
    late_side = np.sign(latest - layout.own) if layout.own >= 0 else side
    proper = np.array(
        [any(c.isupper() for m in entity.mentions for c in m.form[1:]) for entity in entities]
    )
    forms = np.array([len({m.form.casefold() for m in entity.mentions}) for entity in entities])
    collector.add("type", rows, kinds)
    collector.add("count", rows, kinds, np.minimum(number, 5))
    collector.add("first", rows, kinds, np.minimum(first, 5))
    collector.add("last", rows, kinds, np.minimum(total - 1 - latest, 5))
    collector.add("part", rows, kinds, 6 * first // total)
    collector.add("part of last", rows, kinds, 6 * latest // total)
    collector.add("order", rows, kinds, bucket(np.arange(count)))
    collector.add("side", rows, kinds, side, late_side)
    collector.add("side and part", rows, side, late_side, 4 * first // total)
    collector.add("proper", rows, kinds, proper, np.minimum(forms, 3))
    collector.add("proper and side", rows, kinds, proper, side, np.minimum(number, 3))
    owners, at = spread(layout.start, layout.end)
    collector.add("word inside", rows[layout.entity[owners]], layout.words[at])
    _, earliest = np.unique(layout.entity, return_index=True)
    start, end = layout.start[earliest], layout.end[earliest]
    begin, stop = layout.first[first], layout.last[first]
    for step in (1, 2, 3):
        left = word_at(layout, start - step, begin, stop)
        right = word_at(layout, end + step - 1, begin, stop)
        collector.add(f"first left {step}", rows, left, kinds)
        collector.add(f"first right {step}", rows, right, kinds)


def _add_mentions(collector: FeatureCollector, layout: Layout) -> None:
    words, sentence = layout.words, layout.sentence
    rows = np.arange(len(layout.start))
    kinds = layout.types[layout.entity]
    first, last = layout.first[sentence], layout.last[sentence]
    pairs = combine(words[:-1], words[1:])
    collector.add("head", rows, words[layout.end - 1], kinds)
    # A member of an enumeration has the surroundings of the whole, too.
    for start, end, name in (
        (layout.start, layout.end, ""),
        (layout.group_start, layout.group_end, "group "),
    ):
        left = [word_at(layout, start - step, first, last) for step in (1, 2, 3)]
        right = [word_at(layout, end + step, first, last) for step in (0, 1, 2)]
        for side, near in (("left", left), ("right", right)):
            for step, word in enumerate(near):
                collector.add(f"{name}{side} {step}", rows, word)
                if step < 2:
                    collector.add(f"{name}{side} {step} and type", rows, word, kinds)
            collector.add(f"{name}{side} pair", rows, near[0], near[1])
    owners, at = spread(np.maximum(first, layout.group_start - _BEFORE), layout.group_start)
    collector.add("before", rows[owners], words[at])
    collector.add("before and type", rows[owners], words[at], kinds[owners])
    owners, at = spread(layout.group_end, np.minimum(last, layout.group_end + _AFTER))
    collector.add("after", rows[owners], words[at])
    owners, at = spread(first, layout.start)
    collector.add("since start", rows[owners], words[at], kinds[owners])
    owners, at = spread(first, layout.start - 1)
    collector.add("pair since start", rows[owners], pairs[at])
    collector.add("opening", rows, words[first], words[np.minimum(first + 1, last - 1)])
    collector.add("opening and type", rows, words[first], kinds)
    for name, other in (
        ("opening before", np.maximum(sentence - 1, 0)),
        ("opening after", np.minimum(sentence + 1, len(layout.first) - 1)),
    ):
        begin = layout.first[other]
        collector.add(name, rows, words[begin], words[np.minimum(begin + 1, len(words) - 1)])
    together = sentence[1:] == sentence[:-1]
    previous = np.append(-1, np.where(together, kinds[:-1], -1))
    following = np.append(np.where(together, kinds[1:], -1), -1)
    collector.add("neighbours", rows, previous, kinds, following)

"""What tells whether a span that may be an entity is one."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from spacy.attrs import LOWER, SHAPE, SUFFIX
from spacy.strings import get_string_id
from spacy.tokens import Doc

from kg.extract.annotations import abbreviations
from kg.extract.features import FeatureCollector, FeatureSet, Numbers, Positions, combine, spread
from kg.extract.marginals import Candidates

_LEVELS = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.96, 0.99])
_OUTSIDE = np.uint64(get_string_id("<outside>"))
_WINDOW = 3
_NO_RIVAL = len(_LEVELS) + 1
_LONG, _SHORT, _ACROSS = 1, 2, 3


def span_features(doc: Doc, spans: Candidates) -> FeatureSet:
    """A row of features for each span.

    Args:
        doc: A text with abbreviations.
        spans: Those of `find_candidates`.
    """
    collector = FeatureCollector(len(spans.start))
    if not len(spans.start):
        return collector.collect()
    table = doc.to_array([LOWER, SUFFIX, SHAPE]).astype(np.uint64)
    words, endings, shapes = (np.ascontiguousarray(column) for column in table.T)
    stems = np.array([_stem(token.lower_) for token in doc], dtype=np.uint64)
    likely = np.minimum(spans.types.sum(axis=1), 1)
    level = np.searchsorted(_LEVELS, likely)
    rows = np.arange(len(level))
    length = spans.end - spans.start
    short = np.minimum(length, 3)
    forms = _name_forms(spans, words, stems)
    collector.add("level", rows, level)
    collector.add("level type", rows, level, spans.types.argmax(axis=1))
    collector.add("level length", rows, level // 2, np.minimum(length, 6))
    _add_occurrences(collector, forms, level)
    _add_words(collector, spans, words, stems, endings, shapes, short)
    collector.add("form", rows, forms)
    _add_surroundings(collector, spans, words, stems, endings)
    collector.add("abbreviation", rows, _find_pairs(doc, spans))
    _add_rivals(collector, spans, words, likely, level)
    return collector.collect()


@lru_cache(maxsize=65_536)
def _stem(word: str) -> int:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return int(get_string_id(word[:-1] if plural else word))


def _name_forms(spans: Candidates, words: Numbers, stems: Numbers) -> Numbers:
    """One number for all spans of the same words, the last one in singular or plural."""
    width = int((spans.end - spans.start).max())
    filled = np.zeros((len(spans.start), width), dtype=np.uint64)
    owners, at = spread(spans.start, spans.end - 1)
    filled[owners, at - spans.start[owners]] = words[at]
    filled[:, -1] = stems[spans.end - 1]
    return combine(*filled.T, spans.end - spans.start)


def _add_occurrences(collector: FeatureCollector, forms: Numbers, level: Positions) -> None:
    rows = np.arange(len(forms))
    _, groups, counts = np.unique(forms, return_inverse=True, return_counts=True)
    surest = np.zeros(len(counts), dtype=np.int64)
    np.maximum.at(surest, groups, level)
    collector.add("surest", rows, surest[groups], level)
    collector.add("times", rows, np.minimum(counts[groups], 4), surest[groups])


def _add_words(
    collector: FeatureCollector,
    spans: Candidates,
    words: Numbers,
    stems: Numbers,
    endings: Numbers,
    shapes: Numbers,
    short: Positions,
) -> None:
    rows = np.arange(len(spans.start))
    first, last = spans.start, spans.end - 1
    owners, at = spread(spans.start, spans.end)
    collector.add("word", owners, words[at])
    collector.add("first", rows, words[first])
    collector.add("last", rows, stems[last])
    collector.add("first length", rows, words[first], short)
    collector.add("last length", rows, stems[last], short)
    long = np.flatnonzero(last > first)
    collector.add("first two", long, words[first[long]], words[first[long] + 1])
    collector.add("last two", long, words[last[long] - 1], stems[last[long]])
    collector.add("first ending", rows, endings[first])
    collector.add("last ending", rows, endings[last])
    collector.add("last shape", rows, shapes[last])
    collector.add("shapes", rows, shapes[first], shapes[last], short)


def _add_surroundings(
    collector: FeatureCollector,
    spans: Candidates,
    words: Numbers,
    stems: Numbers,
    endings: Numbers,
) -> None:
    rows = np.arange(len(spans.start))
    edge = np.full(_WINDOW, _OUTSIDE)
    padded = np.concatenate([edge, words, edge])
    tails = np.concatenate([edge, endings, edge])
    left, right = spans.start + _WINDOW - 1, spans.end + _WINDOW
    last = stems[spans.end - 1]
    for step in range(_WINDOW):
        collector.add(f"before {step}", rows, padded[left - step])
        collector.add(f"after {step}", rows, padded[right + step])
    collector.add("two before", rows, padded[left - 1], padded[left])
    collector.add("two after", rows, padded[right], padded[right + 1])
    collector.add("around", rows, padded[left], padded[right])
    collector.add("before last", rows, padded[left], last)
    collector.add("last after", rows, last, padded[right])
    collector.add("ending before", rows, tails[left])
    collector.add("ending after", rows, tails[right])


def _find_pairs(doc: Doc, spans: Candidates) -> Positions:
    """Whether each span is a long form, a short form, or lies across one."""
    kinds = np.zeros(len(spans.start), dtype=np.int64)
    for pair in abbreviations(doc):
        for kind, start, end in (
            (_LONG, pair.long_start, pair.long_end),
            (_SHORT, pair.short_start, pair.short_end),
        ):
            form = doc.char_span(start, end)
            if form is None:
                continue
            same = (spans.start == form.start) & (spans.end == form.end)
            across = (spans.start < form.end) & (form.start < spans.end)
            kinds[across & (kinds == 0)] = _ACROSS
            kinds[same] = kind
    return kinds


def _add_rivals(
    collector: FeatureCollector,
    spans: Candidates,
    words: Numbers,
    likely: np.ndarray,
    level: Positions,
) -> None:
    """The likeliest other span that shares a token, and the words that it has more or fewer."""
    start, end = spans.start, spans.end
    # Spans come by their first token: those that share one with a span lie near it.
    first = np.searchsorted(start, start - int((end - start).max()), side="right")
    last = np.searchsorted(start, end, side="left")
    one, other = spread(first, last)
    shared = (one != other) & (end[other] > start[one])
    one, other = one[shared], other[shared]
    order = np.lexsort((other, -likely[other], one))
    one, other = one[order], other[order]
    best = np.append(True, one[1:] != one[:-1])[: len(one)]
    one, other = one[best], other[best]
    rival = np.full(len(start), _NO_RIVAL)
    rival[one] = level[other]
    collector.add("rival", np.arange(len(start)), rival, level)
    left = np.clip(start[other] - start[one], -2, 2)
    right = np.clip(end[other] - end[one], -2, 2)
    collector.add("rival place", one, left, right)
    collector.add("rival place level", one, left, right, level[other])
    for side, here, there in (("left", start, start), ("right", end, end)):
        a, b = here[one], there[other]
        owners, at = spread(np.minimum(a, b), np.maximum(a, b))
        collector.add(f"{side} difference", one[owners], words[at], (a < b)[owners])

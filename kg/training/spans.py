"""The classifier of `kg_spans`, trained on what recognisers say of abstracts they do not know."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from spacy.tokens import Doc

from kg.extract.classifier import Classifier, Floats
from kg.extract.marginals import Candidates
from kg.extract.span_features import span_features
from kg.extract.spans import choose_spans
from kg.records import Extraction
from kg.training.fitting import Settings
from kg.training.folds import fit_calibrated, make_rows
from kg.training.held_out import HeldOut

SETTINGS = Settings(hidden=16, support=2, epochs=10, dropout=0.5, members=3)
_THRESHOLDS = np.arange(0.3, 0.61, 0.02)


def train_spans(
    held_out: Sequence[HeldOut], gold: Sequence[Extraction], settings: Settings = SETTINGS
) -> tuple[Classifier, float, list[Floats]]:
    """Train the classifier of `kg.extract.spans`.

    Args:
        held_out: Of `read_held_out`.
        gold: The same abstracts, annotated.
        settings: How it is fitted.

    Returns:
        The classifier; the probability from which a span is to be taken, which is that with the
        best F1 of mentions in cross-validation; and how likely each candidate is, by a
        classifier that was not trained on its abstract.
    """
    truth = [
        _find_mentions(doc, extraction) for (doc, _), extraction in zip(held_out, gold, strict=True)
    ]
    right = [
        np.array([place in mentions for place in _list_places(spans)], dtype=np.int64)
        for (_, spans), mentions in zip(held_out, truth, strict=True)
    ]
    rows = [
        make_rows(span_features(doc, spans), np.eye(2, dtype=np.float32)[part])
        for (doc, spans), part in zip(held_out, right, strict=True)
    ]
    classifier, likely = fit_calibrated(rows, settings)
    scores = [part[:, 1] for part in likely]
    total = sum(map(len, truth))
    figures = []
    for threshold in _THRESHOLDS:
        chosen = [
            choose_spans(spans.start, spans.end, part - np.float32(threshold))
            for (_, spans), part in zip(held_out, scores, strict=True)
        ]
        hits = sum(int(part[some].sum()) for part, some in zip(right, chosen, strict=True))
        figures.append(2 * hits / max(sum(map(len, chosen)) + total, 1))
    best = float(_THRESHOLDS[int(np.argmax(figures))])
    return classifier, round(best, 2), scores


def _list_places(spans: Candidates) -> list[tuple[int, int]]:
    return list(zip(spans.start.tolist(), spans.end.tolist(), strict=True))


def _find_mentions(doc: Doc, extraction: Extraction) -> set[tuple[int, int]]:
    """The annotated mentions, by tokens; those that are cut otherwise by characters."""
    found = set()
    for entity in extraction.entities:
        for mention in entity.mentions:
            span = doc.char_span(mention.start, mention.end)
            found.add((-mention.start, mention.end) if span is None else (span.start, span.end))
    return found

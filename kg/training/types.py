"""The type classifier, trained on annotated entities and set on what a recogniser finds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kg.extract.classifier import Classifier, Floats
from kg.extract.type_classifier import (
    BIAS,
    LEAST_CONFIDENCE,
    PRIORS,
    RECOGNISER_SAYS,
    RECOGNISER_WEIGHT,
    SCALE,
    TYPE_WEIGHT,
    give_types,
    log_odds,
    recall_types,
    score_types,
    weigh_types,
)
from kg.extract.type_features import type_features
from kg.records import ENTITY_TYPES, ExtractedEntity
from kg.training.fitting import Settings
from kg.training.folds import Case, Rows, fit, fit_folds, make_rows
from kg.training.thresholds import choose_threshold

SETTINGS = Settings(hidden=32, support=2, epochs=12)
_NUMBERS = {kind: number for number, kind in enumerate(ENTITY_TYPES)}


def train_types(
    annotated: Sequence[Case], found: Sequence[Case], settings: Settings = SETTINGS
) -> tuple[Classifier, dict[str, float], list[list[ExtractedEntity]]]:
    """Train the classifier of `kg.extract.type_classifier`.

    Args:
        annotated: Abstracts with the annotated entities.
        found: The same ones with what a recogniser finds that was not trained on them.
        settings: How it is fitted.

    Returns:
        The classifier; the settings of its component; and for each abstract the entities
        found, as the component with a classifier that was not trained on the abstract leaves
        them.
    """
    rows = [_make_rows(case) for case in annotated]
    scores: dict[int, Floats] = {}
    for classifier, numbers in fit_folds(rows, settings):
        for number in numbers:
            doc, example = found[number]
            scores[number] = score_types(doc, example.entities, classifier)
    held_out = [scores[number] for number in range(len(found))]
    truth = [_find_types(case) for case in found]
    recalled = [recall_types(doc, example.entities) for doc, example in found]
    chosen = _set_component(
        np.concatenate(held_out), np.concatenate(recalled), np.concatenate(truth), found
    )
    typed = [
        give_types(example.entities, scores, recall, chosen)
        for (_, example), scores, recall in zip(found, held_out, recalled, strict=True)
    ]
    return fit(rows, settings), chosen, typed


def _make_rows(case: Case) -> Rows:
    doc, example = case
    targets = np.zeros((len(example.entities), len(ENTITY_TYPES)), np.float32)
    for row, entity in enumerate(example.entities):
        targets[row, _NUMBERS[entity.type]] = 1
    return make_rows(type_features(doc, example.entities), targets)


def _find_types(case: Case) -> NDArray[np.int64]:
    """The annotated type of each entity that was found; -1 where it is none."""
    _, example = case
    types = np.full(len(example.entities), -1, np.int64)
    for entity in example.gold.entities:
        if entity.id in example.places:
            types[example.places[entity.id]] = _NUMBERS[entity.type]
    return types


def _set_component(
    scores: Floats, recalled: Floats, truth: NDArray[np.int64], found: Sequence[Case]
) -> dict[str, float]:
    known = truth >= 0
    weights = _fit_weights(scores[known], recalled[known], truth[known])
    likely = weigh_types(scores, recalled, weights)
    types = likely.argmax(axis=1)
    sure = np.array([e.confidence for _, example in found for e in example.entities])
    inputs = np.stack([np.ones(len(types)), log_odds(sure), log_odds(likely.max(axis=1))])
    odds = _fit_odds(inputs, types == truth)
    confidence = 1 / (1 + np.exp(-(odds @ inputs)))
    total = sum(len(example.gold.entities) for _, example in found)
    bias, recogniser, kind = (round(float(weight), 3) for weight in odds)
    return {
        **weights,
        BIAS: bias,
        RECOGNISER_WEIGHT: recogniser,
        TYPE_WEIGHT: kind,
        LEAST_CONFIDENCE: choose_threshold(confidence.astype(np.float32), types == truth, total),
    }


def _fit_weights(scores: Floats, recalled: Floats, truth: NDArray[np.int64]) -> dict[str, float]:
    """How much scores and probabilities count, and each type's prior (vector scaling).

    After Guo et al. (2017), "On calibration of modern neural networks". As many entities get each
    type as have it, which a rare one would not by the most likely type of each alone.
    """
    names = (SCALE, RECOGNISER_SAYS, *PRIORS)
    rows = np.arange(len(truth))

    def loss(weights: NDArray[np.float64]) -> float:
        likely = weigh_types(scores, recalled, dict(zip(names, weights, strict=True)))
        penalty = 0.01 * len(truth) * float((weights[2:] ** 2).sum()) / 100
        return penalty - float(np.log(np.maximum(likely[rows, truth], 1e-9)).sum())

    start = np.array([1.0, 1.0, *[0.0] * len(PRIORS)])
    found = minimize(loss, start, method="Powell").x
    return {name: round(float(value), 3) for name, value in zip(names, found, strict=True)}


def _fit_odds(inputs: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights of a logistic regression, after Platt (1999), "Probabilistic outputs"."""
    sign = np.where(right, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> float:
        return float(np.logaddexp(0, -sign * (weights @ inputs)).sum() + 0.01 * (weights**2).sum())

    found: NDArray[np.float64] = minimize(loss, np.array([0.0, 1.0, 1.0])).x
    return found

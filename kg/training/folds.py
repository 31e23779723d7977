"""Rows of features from annotated abstracts, and classifiers trained on all but a part of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from kg.extract.classifier import Classifier, Floats, softmax
from kg.extract.features import FeatureSet
from kg.training.fitting import (
    Settings,
    apply_temperature,
    fit_classifier,
    fit_temperature,
    stack,
)
from kg.training.targets import Example

FOLDS = 5

Case = tuple[Doc, Example]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What one abstract gives a classifier to learn.

    Attributes:
        features: Of its rows.
        targets: Rows x classes, 0 to 1; a row without any is left out.
        allowed: Rows x classes: those that take part.
    """

    features: FeatureSet
    targets: Floats
    allowed: NDArray[np.bool_]


def make_rows(features: FeatureSet, targets: Floats) -> Rows:
    """Rows that may be of any class."""
    return Rows(features, targets, np.ones(targets.shape, bool))


def fit(rows: Sequence[Rows], settings: Settings) -> Classifier:
    """A classifier of all rows."""
    return fit_classifier(
        stack([part.features for part in rows]),
        np.concatenate([part.targets for part in rows]),
        np.concatenate([part.allowed for part in rows]),
        settings,
    )


def fit_folds(rows: Sequence[Rows], settings: Settings) -> Iterator[tuple[Classifier, range]]:
    """For each fold a classifier of the others, with the numbers of the abstracts in the fold."""
    for fold in range(FOLDS):
        inside = [part for number, part in enumerate(rows) if number % FOLDS != fold]
        yield fit(inside, settings), range(fold, len(rows), FOLDS)


def fit_calibrated(rows: Sequence[Rows], settings: Settings) -> tuple[Classifier, list[Floats]]:
    """A calibrated classifier of all rows, and the probabilities that folds give theirs."""
    classifier, likely, _ = fit_and_apply(rows, rows, settings)
    return classifier, likely


def fit_and_apply(
    rows: Sequence[Rows], others: Sequence[Rows], settings: Settings
) -> tuple[Classifier, list[Floats], list[Floats]]:
    """A calibrated classifier of all rows, and what folds say of theirs and of others.

    Args:
        rows: Of each abstract, to learn from.
        others: Other rows of the same abstracts, which are only judged.
        settings: How classifiers are fitted.

    Returns:
        The classifier, and for each abstract the probabilities of its rows and of its other rows,
        by a classifier that was not trained on the abstract.
    """
    scores: dict[int, tuple[Floats, Floats]] = {}
    for classifier, numbers in fit_folds(rows, settings):
        for number in numbers:
            own, other = rows[number], others[number]
            first = _score(classifier, own)
            scores[number] = first, first if own is other else _score(classifier, other)
    held_out = [scores[number] for number in range(len(rows))]
    temperature = fit_temperature(
        np.concatenate([own for own, _ in held_out]), np.concatenate([r.targets for r in rows])
    )
    final = apply_temperature(fit(rows, settings), temperature)
    likely, elsewhere = (
        [softmax(part[side] / np.float32(temperature)) for part in held_out] for side in (0, 1)
    )
    return final, likely, elsewhere


def _score(classifier: Classifier, rows: Rows) -> Floats:
    scores: Floats = np.where(rows.allowed, classifier.score(rows.features), np.float32(-1e9))
    return scores

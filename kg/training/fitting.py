"""Fitting the small classifiers of `kg.extract.classifier`, with numpy and scipy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix

from kg.extract.classifier import Classifier, Floats, softmax
from kg.extract.features import FeatureSet, Numbers


@dataclass(frozen=True, slots=True)
class Settings:
    """How a classifier is fitted.

    Attributes:
        hidden: Width of the hidden layer.
        support: In how many rows a feature must hold to be known.
        epochs: How often each row is seen.
        rate: Learning rate, which falls to nothing over the epochs.
        dropout: Share of the features of a row left out in each step.
        decay: L2 penalty on embeddings.
        batch: Rows a step.
        members: How many networks are fitted, which vote with the mean of their logits.
        seed: Of all that is drawn.
    """

    hidden: int = 32
    support: int = 3
    epochs: int = 8
    rate: float = 0.003
    dropout: float = 0.3
    decay: float = 1e-4
    batch: int = 128
    members: int = 1
    seed: int = 0


def stack(sets: Sequence[FeatureSet]) -> FeatureSet:
    """The rows of several feature sets below one another."""
    counts = np.cumsum([0, *(part.count for part in sets)])
    rows = [part.rows + before for part, before in zip(sets, counts, strict=False)]
    return FeatureSet(
        np.concatenate(rows), np.concatenate([part.ids for part in sets]), int(counts[-1])
    )


def fit_classifier(
    features: FeatureSet,
    targets: Floats,
    allowed: NDArray[np.bool_],
    settings: Settings,
) -> Classifier:
    """Fit a classifier by Adam on the cross-entropy of the softmax.

    Args:
        features: Rows to learn from.
        targets: Rows x classes: shares that sum to 1, or to 0 for a row that is to be left out.
        allowed: Rows x classes: which classes each row may be of.
        settings: How.
    """
    ids, matrix = _build_matrix(features, settings.support)
    fitted = [
        _fit_member(matrix, targets, allowed, replace(settings, seed=settings.seed + member))
        for member in range(settings.members)
    ]
    # Side by side they are one network whose parts of the hidden layer know nothing of each other.
    weights = {
        "embeddings": np.concatenate([part["embeddings"] for part in fitted], axis=1),
        "bias": np.concatenate([part["bias"] for part in fitted]),
        "output": np.concatenate([part["output"] for part in fitted]) / len(fitted),
        "output_bias": np.mean([part["output_bias"] for part in fitted], axis=0),
    }
    return _quantise(ids, {name: value.astype(np.float32) for name, value in weights.items()})


def _fit_member(
    matrix: Any, targets: Floats, allowed: NDArray[np.bool_], settings: Settings
) -> dict[str, Floats]:
    generator = np.random.default_rng(settings.seed)
    hidden, classes = settings.hidden, targets.shape[1]
    weights = {
        "embeddings": generator.normal(0, 0.1, (matrix.shape[1], hidden)).astype(np.float32),
        "bias": np.full(hidden, 0.1, np.float32),
        "output": generator.normal(0, (1 / hidden) ** 0.5, (hidden, classes)).astype(np.float32),
        "output_bias": np.zeros(classes, np.float32),
    }
    optimizer = _Adam(weights)
    taught = np.flatnonzero(targets.sum(axis=1) > 0)
    steps = settings.epochs * -(-len(taught) // settings.batch)
    done = 0
    for _ in range(settings.epochs):
        order = generator.permutation(taught)
        for begin in range(0, len(order), settings.batch):
            chosen = order[begin : begin + settings.batch]
            rate = settings.rate * (1 - done / steps)
            _step(
                weights, optimizer, matrix[chosen], targets[chosen], allowed[chosen], settings,
                rate, generator,
            )  # fmt: skip
            done += 1
    return weights


def _step(
    weights: dict[str, Floats],
    optimizer: _Adam,
    rows: Any,
    targets: Floats,
    allowed: NDArray[np.bool_],
    settings: Settings,
    rate: float,
    generator: np.random.Generator,
) -> None:
    kept = generator.random(len(rows.data)) >= settings.dropout
    data = kept.astype(np.float32) / np.float32(1 - settings.dropout)
    used, places = np.unique(rows.indices, return_inverse=True)
    inputs = csr_matrix((data * rows.data, places, rows.indptr), shape=(rows.shape[0], len(used)))
    embeddings = weights["embeddings"][used]
    raw = inputs @ embeddings + weights["bias"]
    hidden = np.maximum(raw, 0)
    mask = (generator.random(hidden.shape) >= settings.dropout) / np.float32(1 - settings.dropout)
    hidden = hidden * mask.astype(np.float32)
    scores = hidden @ weights["output"] + weights["output_bias"]
    error = softmax(np.where(allowed, scores, np.float32(-1e9))) - targets
    error = (error / len(error)).astype(np.float32)
    back = (error @ weights["output"].T) * mask.astype(np.float32) * (raw > 0)
    optimizer.count += 1
    gradient = np.asarray(inputs.T @ back) + np.float32(settings.decay / len(error)) * embeddings
    optimizer.update("embeddings", gradient, rate, used)
    optimizer.update("bias", back.sum(0), rate)
    optimizer.update("output", hidden.T @ error, rate)
    optimizer.update("output_bias", error.sum(0), rate)


def fit_temperature(scores: Floats, targets: Floats) -> float:
    """By what to divide logits for probabilities that are as likely as they say.

    After Guo et al. (2017), "On calibration of modern neural networks".

    Args:
        scores: Logits of rows that the classifier was not trained on.
        targets: Rows x classes, as in `fit_classifier`.
    """

    def loss(logarithm: float) -> float:
        likely = softmax(scores / np.float32(np.exp(logarithm)))
        return -float((targets * np.log(np.maximum(likely, 1e-9))).sum())

    return round(float(np.exp(minimize_scalar(loss, bounds=(-1, 2), method="bounded").x)), 3)


def apply_temperature(classifier: Classifier, temperature: float) -> Classifier:
    """The classifier with its logits divided by `temperature`."""
    return Classifier(
        ids=classifier.ids,
        scales=classifier.scales,
        embeddings=classifier.embeddings,
        bias=classifier.bias,
        output=classifier.output / np.float32(temperature),
        output_bias=classifier.output_bias / np.float32(temperature),
    )


class _Adam:
    """Kingma and Ba (2015), with the moments of embeddings touched only where they occur."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._weights = weights
        self._mean = {name: np.zeros_like(value) for name, value in weights.items()}
        self._square = {name: np.zeros_like(value) for name, value in weights.items()}
        self.count = 0

    def update(self, name: str, gradient: Floats, rate: float, at: Any = slice(None)) -> None:
        mean = 0.9 * self._mean[name][at] + np.float32(0.1) * gradient
        square = 0.999 * self._square[name][at] + np.float32(0.001) * gradient**2
        self._mean[name][at], self._square[name][at] = mean, square
        corrected = mean / (1 - 0.9**self.count)
        spread = np.sqrt(square / (1 - 0.999**self.count)) + 1e-8
        self._weights[name][at] -= np.float32(rate) * corrected / spread


def _build_matrix(features: FeatureSet, support: int) -> tuple[Numbers, Any]:
    ids, columns = np.unique(features.ids, return_inverse=True)
    ones = np.ones(len(columns), dtype=np.float32)
    matrix = csr_matrix((ones, (features.rows, columns)), shape=(features.count, len(ids)))
    rows = np.bincount(matrix.indices, minlength=len(ids))
    kept = np.flatnonzero(rows >= support)
    return ids[kept], matrix[:, kept].tocsr()


def _quantise(ids: Numbers, weights: dict[str, Floats]) -> Classifier:
    embeddings = weights["embeddings"]
    scales = np.maximum(np.abs(embeddings).max(axis=1), 1e-6) / 127
    scales = scales.astype(np.float16).astype(np.float32)
    whole = np.clip(np.round(embeddings / scales[:, None]), -127, 127).astype(np.int8)
    return Classifier(
        ids=ids,
        scales=scales.astype(np.float16),
        embeddings=whole,
        bias=weights["bias"],
        output=weights["output"],
        output_bias=weights["output_bias"],
    )

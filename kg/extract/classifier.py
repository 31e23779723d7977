"""A small classifier over hashed features: an embedding for each, summed, and one hidden layer.

The form is that of fastText (Joulin et al. 2017, "Bag of tricks for efficient text
classification") with a rectified hidden layer. It knows nothing of spaCy and needs numpy and
scipy alone; `kg.training.fitting` fits it.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from kg.extract.features import FeatureSet, Numbers

Floats = NDArray[np.float32]


class Classifier:
    """Scores rows of features for a fixed number of classes.

    Attributes:
        ids: The features that it knows, sorted.
        scales: For each feature, what its embedding is to be multiplied by.
        embeddings: Features x hidden, as whole numbers from -127 to 127.
        bias: Of the hidden layer.
        output: Hidden x classes.
        output_bias: Of the classes.
    """

    def __init__(
        self,
        ids: Numbers,
        scales: NDArray[np.float16],
        embeddings: NDArray[np.int8],
        bias: Floats,
        output: Floats,
        output_bias: Floats,
    ) -> None:
        self.ids = ids
        self.scales = scales
        self.embeddings = embeddings
        self.bias = bias
        self.output = output
        self.output_bias = output_bias
        self._weights = embeddings * scales.astype(np.float32)[:, None]
        self._shift, self._buckets = _index(ids)

    @classmethod
    def untrained(cls, classes: int) -> Classifier:
        """One that knows no feature and holds all classes for equally likely."""
        return cls(
            ids=np.zeros(0, np.uint64),
            scales=np.zeros(0, np.float16),
            embeddings=np.zeros((0, 1), np.int8),
            bias=np.zeros(1, np.float32),
            output=np.zeros((1, classes), np.float32),
            output_bias=np.zeros(classes, np.float32),
        )

    def embed(self, features: FeatureSet) -> Floats:
        """The sum of the embeddings of the known features of each row: rows x hidden."""
        if not len(self.ids) or not features.count:
            return np.zeros((features.count, len(self.bias)), np.float32)
        known, columns = self._look_up(features.ids)
        matrix = csr_matrix(
            (np.ones(len(known), np.float32), (features.rows[known], columns)),
            shape=(features.count, len(self.ids)),
        )
        embedded: Floats = matrix @ self._weights
        return embedded

    def _look_up(self, wanted: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The places in `wanted` of known features, and their places in `ids`."""
        # Hashes spread evenly: where their bucket begins is where they are, or just before.
        columns = self._buckets[wanted >> self._shift]
        last = len(self.ids) - 1
        short = np.flatnonzero(self.ids[np.minimum(columns, last)] < wanted)
        while len(short):
            columns[short] += 1
            short = short[columns[short] <= last]
            short = short[self.ids[columns[short]] < wanted[short]]
        known = np.flatnonzero(self.ids[np.minimum(columns, last)] == wanted)
        return known, columns[known]

    def decide(self, embedded: Floats) -> Floats:
        """The logits of the classes for sums of embeddings: rows x classes."""
        hidden = np.maximum(embedded + self.bias, 0)
        # Row by row: what a row gets must not depend on how many stand beside it.
        scores: Floats = (hidden[:, :, None] * self.output).sum(axis=1, dtype=np.float32)
        return scores + self.output_bias

    def score(self, features: FeatureSet) -> Floats:
        """The logits of each row for each class."""
        return self.decide(self.embed(features))

    def to_bytes(self) -> bytes:
        """The weights in numpy's format."""
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            ids=self.ids,
            scales=self.scales,
            embeddings=self.embeddings,
            bias=self.bias,
            output=self.output,
            output_bias=self.output_bias,
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Classifier:
        """The classifier that `to_bytes` gave."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return cls(**{name: arrays[name] for name in arrays.files})


def _index(ids: Numbers) -> tuple[np.uint64, NDArray[np.int64]]:
    """Where in `ids`, sorted, each value of their first bits begins, and how to get at those."""
    bits = max(1, len(ids).bit_length() + 2)
    shift = np.uint64(64 - bits)
    counts = np.bincount((ids >> shift).astype(np.int64), minlength=1 << bits)
    return shift, np.cumsum(counts) - counts


def softmax(scores: Floats) -> Floats:
    """Probabilities of the classes of each row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    out: Floats = powers / powers.sum(axis=1, keepdims=True)
    return out

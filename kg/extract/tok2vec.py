"""`kg.Tok2Vec.v1`: spaCy's convolutional token vectors, several times as fast when they predict.

The layers and their weights are spaCy's own, and training runs them as they are. To predict, the
same sums are done otherwise: a word that comes again is embedded once, products of matrices go
to numpy's BLAS instead of thinc's, and maxout takes the larger of whole slices. Vectors agree
with spaCy's but for rounding.

Each text is encoded by itself, so that what it gets does not depend on what else is in the
batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import NORM, ORTH
from spacy.ml.models.tok2vec import build_Tok2Vec_model
from spacy.tokens import Doc
from thinc.api import Model

Floats = NDArray[np.float32]
Tok2Vec = Model[list[Doc], list[Floats]]

_EPSILON = np.float32(1e-8)


def build_tok2vec(embed: Tok2Vec, encode: Model[list[Floats], list[Floats]]) -> Tok2Vec:
    """The architecture, for spaCy's registry.

    Args:
        embed: `spacy.MultiHashEmbed.v2`, or another that embeds each word by itself.
        encode: `spacy.MaxoutWindowEncoder.v2`.
    """
    inner = cast(Tok2Vec, build_Tok2Vec_model(cast(Any, embed), cast(Any, encode)))
    return Model(
        "kg_tok2vec",
        _forward,
        init=_initialize,
        layers=[inner],
        dims={"nO": inner.get_dim("nO")},
    )


def _initialize(model: Tok2Vec, X: list[Doc] | None = None, Y: Any = None) -> None:  # noqa: N803
    model.layers[0].initialize(X, Y)


def _forward(
    model: Tok2Vec, docs: list[Doc], is_train: bool
) -> tuple[list[Floats], Callable[[list[Floats]], list[Doc]]]:
    if is_train:
        outputs: tuple[list[Floats], Callable[[list[Floats]], list[Doc]]]
        outputs = model.layers[0](docs, is_train=True)
        return outputs
    return predict_vectors(model.layers[0], docs), lambda _: []


def predict_vectors(tok2vec: Tok2Vec, docs: Sequence[Doc]) -> list[Floats]:
    """What `tok2vec.predict(docs)` gives, but for rounding.

    Args:
        tok2vec: A model of spaCy's `Tok2Vec.v2` as `build_tok2vec` makes it.
        docs: Texts of one vocabulary, which holds the vectors where there are any.

    Returns:
        For each text, its tokens x the width of the model.
    """
    if not any(map(len, docs)):
        return [np.zeros((0, tok2vec.get_dim("nO")), np.float32) for _ in docs]
    embed, encode = tok2vec.layers
    words = [doc.to_array([ORTH, NORM]).astype(np.uint64).reshape(-1, 2) for doc in docs]
    known, places = np.unique(np.concatenate(words), axis=0, return_inverse=True)
    embedded = embed.predict([_list_words(docs[0], known)])[0]
    layers = [*_read_layers(encode)]
    pad = int(encode.attrs["pad"])
    ends = np.cumsum([len(part) for part in words])
    return [_encode(embedded[part], layers, pad) for part in np.split(places.ravel(), ends[:-1])]


def _list_words(doc: Doc, words: NDArray[np.uint64]) -> Doc:
    """A text that holds each of `words` (their `ORTH` and `NORM`) once."""
    strings = doc.vocab.strings
    listed = Doc(doc.vocab, words=[strings[orth] for orth in words[:, 0].tolist()])
    for token, norm in zip(listed, words[:, 1].tolist(), strict=True):
        if token.norm != norm:
            token.norm_ = strings[norm]
    return listed


Layer = tuple[Floats, Floats, Floats, Floats]


def _read_layers(encode: Model[list[Floats], list[Floats]]) -> Iterator[Layer]:
    """Weights of the convolutions: (inputs x pieces * width), bias, gain and shift of the norm."""
    nodes = [*encode.walk()]
    for maxout, norm in zip(
        (node for node in nodes if node.name == "maxout"),
        (node for node in nodes if node.name == "layernorm"),
        strict=True,
    ):
        weights, bias, gain, shift = (
            np.asarray(node.get_param(name), np.float32)
            for node, name in ((maxout, "W"), (maxout, "b"), (norm, "G"), (norm, "b"))
        )
        inputs = weights.shape[2]
        # Piece by piece, so that maxout compares neighbouring slices.
        matrix = np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(-1, inputs).T)
        yield matrix, bias.T.ravel(), gain, shift


def _encode(rows: Floats, layers: Sequence[Layer], pad: int) -> Floats:
    width = rows.shape[1]
    values = np.zeros((len(rows) + 2 * pad, width), np.float32)
    values[pad : pad + len(rows)] = rows
    window = np.zeros((len(values), 3 * width), np.float32)
    for matrix, bias, gain, shift in layers:
        window[1:, :width] = values[:-1]
        window[:, width : 2 * width] = values
        window[:-1, 2 * width :] = values[1:]
        pieces = window @ matrix
        pieces += bias
        largest = pieces[:, :width]
        for begin in range(width, pieces.shape[1], width):
            largest = np.maximum(largest, pieces[:, begin : begin + width])
        largest -= largest.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", largest, largest) / np.float32(width) + _EPSILON
        largest *= (variance ** np.float32(-0.5))[:, None]
        largest *= gain
        largest += shift
        values += largest
    return values[pad : pad + len(rows)]

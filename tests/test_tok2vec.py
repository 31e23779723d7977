"""`kg.Tok2Vec.v1`: the vectors of spaCy's layers, by another way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Model

from kg.extract import load_pipeline
from kg.extract.tok2vec import build_tok2vec, predict_vectors
from kg.training.operations import BlasOps

WORDS = st.lists(st.sampled_from(["We", "train", "ResNet-50", "on", "don't", "3,000", "GPUs", "."]))


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


@pytest.fixture(scope="module")
def spacys(nlp: Language) -> Model:
    """The shipped weights in spaCy's own layers."""
    model = nlp.get_pipe("tok2vec").model
    return model.layers[0] if model.name == "kg_tok2vec" else model


def test_they_are_those_of_spacy_but_for_rounding(
    nlp: Language, spacys: Model, seed_text: Callable[[str], str]
) -> None:
    docs = [nlp.make_doc(seed_text("GPT-4o is")), nlp.make_doc("")]
    for fast, slow in zip(predict_vectors(spacys, docs), spacys.predict(docs), strict=True):
        assert np.allclose(fast, slow, atol=1e-4)


@settings(max_examples=25)
@given(texts=st.lists(WORDS, min_size=1, max_size=4))
def test_a_text_gets_the_same_whatever_else_is_in_the_batch(
    nlp: Language, spacys: Model, texts: list[list[str]]
) -> None:
    docs = [Doc(nlp.vocab, words=words) for words in texts]
    together = predict_vectors(spacys, docs)
    for doc, vectors in zip(docs, together, strict=True):
        assert (predict_vectors(spacys, [doc])[0] == vectors).all()
        assert vectors.shape == (len(doc), spacys.get_dim("nO"))


def test_words_that_are_written_alike_but_normalised_otherwise_differ(
    nlp: Language, spacys: Model
) -> None:
    doc, alone = Doc(nlp.vocab, words=["lamps"]), Doc(nlp.vocab, words=["lamps"])
    doc[0].norm_ = "light"
    vectors, others = predict_vectors(spacys, [doc, alone])
    assert not np.allclose(vectors[0], others[0])


def test_no_texts_give_no_vectors(spacys: Model) -> None:
    assert predict_vectors(spacys, []) == []


def test_the_architecture_is_known_to_spacy_by_name() -> None:
    assert spacy.registry.architectures.get("kg.Tok2Vec.v1") is build_tok2vec


def test_training_multiplies_matrices_as_numpy_does() -> None:
    first, second = np.eye(3, 2, dtype="f") + 1, np.eye(2, 4, dtype="f") + 2
    ops = BlasOps()
    expected = first @ second
    assert np.allclose(ops.gemm(first, second), expected)
    assert np.allclose(ops.gemm(first.T, second, trans1=True), expected)
    assert np.allclose(ops.gemm(first, second.T, trans2=True), expected)
    out = np.zeros((3, 4), dtype="f")
    assert ops.gemm(first, second, out=out) is out
    assert np.allclose(out, expected)

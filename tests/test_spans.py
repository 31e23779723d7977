"""`kg_spans`: spans that may be entities, and the best set of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.pipeline.ner import EntityRecognizer
from spacy.tokens import Doc

from kg.extract import load_pipeline
from kg.extract.annotations import confidences, type_probabilities
from kg.extract.marginals import LEAST, LONGEST, Candidates, find_candidates
from kg.extract.span_features import span_features
from kg.extract.spans import SpanChooser, choose_spans, score_spans, set_spans
from kg.records import ENTITY_TYPES

SPANS = st.lists(
    st.tuples(st.integers(0, 8), st.integers(1, 4), st.integers(-4, 9)), min_size=1, max_size=8
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline()


@pytest.fixture(scope="module")
def chooser(nlp: Language) -> SpanChooser:
    component = nlp.get_pipe("kg_spans")
    assert isinstance(component, SpanChooser)
    return component


@pytest.fixture
def doc(nlp: Language, seed_text: Callable[[str], str]) -> Doc:
    """A text as `kg_spans` gets it."""
    after = nlp.pipe_names[nlp.pipe_names.index("kg_spans") :]
    return nlp(seed_text("GPT-4o is"), disable=after)


def test_no_token_is_in_entities_more_than_once(chooser: SpanChooser, doc: Doc) -> None:
    spans = chooser.find_candidates(doc)
    covered = np.zeros(len(doc))
    for start, end, types in zip(spans.start, spans.end, spans.types, strict=True):
        covered[start:end] += types.sum()
    assert covered.max() <= 1 + 1e-6
    assert covered.max() > 0.9


def test_candidates_keep_to_a_sentence_and_to_a_length(chooser: SpanChooser, doc: Doc) -> None:
    spans = chooser.find_candidates(doc)
    for start, end in zip(spans.start.tolist(), spans.end.tolist(), strict=True):
        assert doc[start].sent == doc[end - 1].sent
        assert 0 < end - start <= LONGEST
    assert (spans.types.sum(axis=1) >= LEAST).all()


def test_what_the_recogniser_reads_is_mostly_likely(nlp: Language, doc: Doc) -> None:
    recogniser = nlp.get_pipe("ner")
    assert isinstance(recogniser, EntityRecognizer)
    spans = find_candidates(recogniser, doc)
    recogniser(doc)
    likely = dict(
        zip(
            zip(spans.start.tolist(), spans.end.tolist(), strict=True),
            spans.types.sum(axis=1).tolist(),
            strict=True,
        )
    )
    read = [likely.get((entity.start, entity.end), 0.0) for entity in doc.ents]
    assert len(read) > 10
    assert float(np.mean(read)) > 0.6


def test_an_empty_text_has_no_candidates(nlp: Language, chooser: SpanChooser) -> None:
    empty = nlp.make_doc("")
    assert not len(chooser.find_candidates(empty).start)
    assert not chooser(empty).ents


def test_entities_have_a_confidence_and_probabilities_of_types(
    nlp: Language, chooser: SpanChooser, doc: Doc
) -> None:
    chosen = chooser(doc)
    places = {(entity.start, entity.end) for entity in chosen.ents}
    assert places == set(confidences(chosen)) == set(type_probabilities(chosen))
    assert all(chooser.threshold - 1e-3 <= value <= 1 for value in confidences(chosen).values())
    for entity in chosen.ents:
        likely = type_probabilities(chosen)[entity.start, entity.end]
        assert sum(likely) == pytest.approx(1, abs=0.01)
        assert ENTITY_TYPES[int(np.argmax(likely))] == entity.label_


@given(SPANS)
def test_the_chosen_spans_are_the_best_that_share_no_token(
    drawn: list[tuple[int, int, int]],
) -> None:
    start = np.array([place for place, _, _ in drawn])
    end = start + np.array([length for _, length, _ in drawn])
    worth = np.array([value for _, _, value in drawn], dtype=np.float32)

    def apart(numbers: tuple[int, ...]) -> bool:
        return all(end[a] <= start[b] or end[b] <= start[a] for a, b in combinations(numbers, 2))

    chosen = tuple(choose_spans(start, end, worth))
    assert apart(chosen)
    assert all(worth[list(chosen)] > 0)
    assert list(start[list(chosen)]) == sorted(start[list(chosen)])
    every = (
        numbers
        for size in range(len(drawn) + 1)
        for numbers in combinations(range(len(drawn)), size)
    )
    best = max(float(worth[list(numbers)].sum()) for numbers in every if apart(numbers))
    assert float(worth[list(chosen)].sum()) == pytest.approx(best)


def test_untrained_it_believes_the_recogniser(nlp: Language) -> None:
    doc = nlp.make_doc("We train ResNet-50 on ImageNet.")
    likely = np.zeros((2, len(ENTITY_TYPES)))
    likely[0, ENTITY_TYPES.index("Model")] = 0.7
    likely[1, ENTITY_TYPES.index("Dataset")] = 0.2
    spans = Candidates(np.array([2, 4]), np.array([3, 5]), likely)
    untrained = SpanChooser(nlp, "ner")
    scores = score_spans(doc, spans, untrained.classifiers["spans"])
    set_spans(doc, spans, scores, untrained.threshold)
    assert [(entity.text, entity.label_) for entity in doc.ents] == [("ResNet-50", "Model")]


@given(
    words=st.lists(
        st.sampled_from(["We", "train", "(", "VAEs", ")", "on", "a", "VAE", "."]), min_size=1
    )
)
def test_any_spans_have_features(words: list[str]) -> None:
    doc = spacy.blank("en").vocab
    text = Doc(doc, words=words)
    places = [(a, b) for a in range(len(words)) for b in range(a + 1, min(a + 3, len(words)) + 1)]
    start, end = (np.array(side) for side in zip(*places, strict=True))
    likely = np.full((len(places), len(ENTITY_TYPES)), 0.1)
    features = span_features(text, Candidates(start, end, likely))
    assert features.count == len(places)
    assert set(features.rows.tolist()) == set(range(len(places)))


def test_the_singular_and_the_plural_are_one_form() -> None:
    text = Doc(spacy.blank("en").vocab, words=["VAE", "VAEs", "GAN"])
    spans = Candidates(np.arange(3), np.arange(3) + 1, np.full((3, len(ENTITY_TYPES)), 0.1))
    features = span_features(text, spans)
    of = [set(features.ids[features.rows == row].tolist()) for row in range(3)]
    assert len(of[0] & of[1]) > len(of[0] & of[2])


def test_a_saved_component_is_the_same(nlp: Language, chooser: SpanChooser, tmp_path: Path) -> None:
    chooser.to_disk(tmp_path)
    again = SpanChooser(nlp, "ner").from_disk(tmp_path)
    text = nlp.make_doc("We train ResNet-50 on ImageNet.")
    spans = Candidates(np.array([2, 4]), np.array([3, 5]), np.full((2, len(ENTITY_TYPES)), 0.1))
    first = score_spans(text, spans, chooser.classifiers["spans"])
    assert (score_spans(text, spans, again.classifiers["spans"]) == first).all()
    assert again.threshold == chooser.threshold

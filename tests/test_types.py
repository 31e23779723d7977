"""`kg_types`: one type for an entity, from all that the text shows of it."""

from pathlib import Path

import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import load_pipeline
from kg.extract.annotations import entities, set_entities
from kg.extract.type_classifier import TypeClassifier
from kg.extract.type_features import type_features
from kg.records import ENTITY_TYPES
from tests.extractions import extract_by_hand

TEXT = "We train ResNet-50 on ImageNet."
FOUND = extract_by_hand(TEXT, [("ResNet-50", "Model", "uses"), ("ImageNet", "Dataset", "uses")])


def test_an_untrained_classifier_leaves_types_as_they_are() -> None:
    doc = spacy.blank("en")(TEXT)
    set_entities(doc, list(FOUND.entities))
    TypeClassifier()(doc)
    assert [entity.type for entity in entities(doc)] == ["Model", "Dataset"]


def test_mentions_have_the_type_of_their_entity() -> None:
    doc = load_pipeline()(TEXT)
    kinds = {(m.start, m.end): e.type for e in entities(doc) for m in e.mentions}
    assert kinds
    assert {(e.start_char, e.end_char): e.label_ for e in doc.ents} == kinds


def test_a_saved_classifier_is_the_same(tmp_path: Path) -> None:
    nlp = load_pipeline()
    trained = nlp.get_pipe("kg_types")
    assert isinstance(trained, TypeClassifier)
    trained.to_disk(tmp_path)
    features = type_features(nlp.make_doc(TEXT), FOUND.entities)
    again = TypeClassifier().from_disk(tmp_path).classifiers["types"]
    scores = trained.classifiers["types"].score(features)
    assert scores.shape == (2, len(ENTITY_TYPES))
    assert (again.score(features) == scores).all()


@given(st.text(min_size=1).filter(str.strip))
def test_any_form_has_features(form: str) -> None:
    text = f"We use {form} here."
    extraction = extract_by_hand(text, [(form, "Model", "uses")])
    features = type_features(spacy.blank("en")(text), extraction.entities)
    assert features.count == 1
    assert len(features.ids)

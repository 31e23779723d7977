"""The classifier for roles, trained on abstracts made by pattern."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.corpus_format import extraction_from_record
from kg.extract.classifier import Classifier, softmax
from kg.extract.features import FeatureSet
from kg.extract.role_classifier import RoleClassifier
from kg.records import ENTITY_TYPES, ROLES, ExtractedEntity, Mention
from kg.training.classifiers import train_roles
from kg.training.fitting import Settings, apply_temperature, fit_classifier, fit_temperature
from kg.training.folds import FOLDS
from kg.training.targets import make_example
from tests.reported import (
    QUICK,
    blank,
    entities_in,
    entities_of,
    name_entities,
    read,
    trained,
    write_record,
    write_text,
)


def roles_by_form(number: int) -> dict[str, str]:
    return {e.name: e.role for e in read(write_text(number), entities_of(number)).entities}


def test_roles_are_learned_from_what_stands_around_the_mentions() -> None:
    expected = {form: role for form, _, role in name_entities(45)}
    assert roles_by_form(45) == expected


def test_a_name_never_seen_gets_its_role_from_its_place() -> None:
    text = write_text(45).replace("Epsinet", "Zorbotron")
    entities = entities_in(text, ("Zorbotron", "Model"), ("transformers", "Technique"))
    found = {e.name: e.role for e in read(text, entities).entities}
    assert found["Zorbotron"] in {"introduces", "comparesWith"}
    assert found["transformers"] == "uses"


def test_the_evidence_is_a_sentence_with_a_mention() -> None:
    extraction = read(write_text(41), entities_of(41))
    for entity in extraction.entities:
        assert entity.role_evidence in extraction.sentences
        span = entity.role_evidence
        assert span is not None
        assert any(span.start <= m.start and m.end <= span.end for m in entity.mentions)


def test_confidences_are_probabilities_of_three_places() -> None:
    for entity in read(write_text(41), entities_of(41)).entities:
        assert 1 / len(ROLES) <= entity.role_confidence <= 1
        assert entity.role_confidence == round(entity.role_confidence, 3)


def test_mentions_types_and_order_stay() -> None:
    before = entities_of(41)
    after = read(write_text(41), before).entities
    assert [(e.id, e.type, e.mentions) for e in after] == [
        (e.id, e.type, e.mentions) for e in before
    ]


def test_one_entity_is_read_as_it_is_among_others() -> None:
    text = write_text(42)
    alone = read(text, entities_of(42))
    again = read(text, entities_of(42))
    read("Another text about Alphanet.", entities_in("Another text about Alphanet.",
                                                     ("Alphanet", "Model")))  # fmt: skip
    assert alone == again == read(text, entities_of(42))


def test_saved_and_loaded_it_gives_the_same(tmp_path: Path) -> None:
    nlp = trained()
    nlp.to_disk(tmp_path)
    loaded = spacy.load(tmp_path)
    assert read(write_text(43), entities_of(43), loaded) == read(write_text(43), entities_of(43))
    component = nlp.get_pipe("kg_roles")
    assert isinstance(component, RoleClassifier)
    copy = RoleClassifier().from_bytes(component.to_bytes())
    assert copy.to_bytes() == component.to_bytes()


def test_training_twice_gives_the_same_bytes() -> None:
    nlp = blank()
    cases = [
        (nlp(write_text(n)), make_example(extraction_from_record(write_record(n))))
        for n in range(2 * FOLDS)
    ]
    (first, one, _), (second, other, _) = (train_roles(cases, cases, QUICK) for _ in range(2))
    assert first.to_bytes() == second.to_bytes()
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_entities_are_the_annotated_ones_that_they_share_mentions_with() -> None:
    gold = extraction_from_record(write_record(3))
    found = (
        ExtractedEntity("x1", "Dataset", "?", gold.entities[2].mentions[:1], "mentions"),
        ExtractedEntity("x2", "Task", "?", (Mention(0, 3, "Par"),), "mentions"),
    )
    assert make_example(gold, found).places == {"e2": 0}


def test_members_vote_with_the_mean_of_their_logits() -> None:
    features = FeatureSet(np.array([0, 1, 2, 3]), np.array([7, 8, 7, 8], np.uint64), 4)
    targets = np.eye(2, dtype=np.float32)[[0, 1, 0, 1]]
    allowed = np.ones((4, 2), bool)
    one, other = (
        fit_classifier(features, targets, allowed, Settings(4, 1, 3, dropout=0, seed=seed))
        for seed in (0, 1)
    )
    both = fit_classifier(features, targets, allowed, Settings(4, 1, 3, dropout=0, members=2))
    mean = (one.score(features) + other.score(features)) / 2
    assert np.allclose(both.score(features), mean, atol=0.02)


def test_temperature_makes_overconfident_scores_as_sure_as_they_are_right() -> None:
    # Right three times of four, and always as sure as a logit of 8 is.
    scores = np.array([[8, 0]] * 400, np.float32)
    targets = np.eye(2, dtype=np.float32)[[0, 0, 0, 1] * 100]
    temperature = fit_temperature(scores, targets)
    likely = softmax(scores / np.float32(temperature))[0, 0]
    assert abs(likely - 0.75) < 0.02
    classifier = Classifier.untrained(2)
    classifier.output_bias = np.array([8, 0], np.float32)
    row = FeatureSet(np.zeros(0, np.int64), np.zeros(0, np.uint64), 1)
    assert np.allclose(apply_temperature(classifier, temperature).score(row)[0, 0], 8 / temperature)


@given(
    st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=60, unique=True),
    st.lists(st.integers(0, 2**64 - 1), max_size=20),
)
def test_a_known_feature_is_found_and_no_other(known: list[int], others: list[int]) -> None:
    ids = np.array(sorted(known), np.uint64)
    classifier = Classifier(
        ids=ids,
        scales=np.ones(len(ids), np.float16),
        embeddings=(np.arange(len(ids))[:, None] + 1).astype(np.int8),
        bias=np.zeros(1, np.float32),
        output=np.ones((1, 1), np.float32),
        output_bias=np.zeros(1, np.float32),
    )
    wanted = [*known, *others]
    features = FeatureSet(np.arange(len(wanted)), np.array(wanted, np.uint64), len(wanted))
    place = {id: number + 1 for number, id in enumerate(sorted(known))}
    expected = [place.get(id, 0) for id in wanted]
    assert classifier.embed(features).ravel().tolist() == expected


@given(st.text(min_size=1, max_size=120), st.data())
def test_any_text_with_any_mentions_is_read(text: str, data: st.DataObject) -> None:
    entities = []
    for number in range(data.draw(st.integers(0, 4))):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        kind = data.draw(st.sampled_from(ENTITY_TYPES))
        mention = Mention(start, end, text[start:end])
        entities.append(ExtractedEntity(f"e{number}", kind, "?", (mention,), "mentions"))
    extraction = read(text, entities)
    ids = {entity.id for entity in entities}
    assert {entity.role for entity in extraction.entities} <= set(ROLES)
    assert {end for r in extraction.relations for end in (r.subject, r.object)} <= ids
    assert {result.of for result in extraction.results} <= ids

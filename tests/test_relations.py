"""The classifier for relations, trained on abstracts made by pattern."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kg.extract.annotations import relations, set_entities
from kg.extract.layout import lay_out
from kg.extract.relation_features import SIGNATURES, find_pairs
from kg.extract.relations import RelationClassifier, find_relations
from kg.records import RELATION_PREDICATES, EntityType, ExtractedEntity, Mention
from tests.reported import blank, entities_in, entities_of, read, trained, write_text


def triples(text: str, *named: tuple[str, EntityType]) -> set[tuple[str, str, str]]:
    extraction = read(text, entities_in(text, *named))
    return {(r.subject, r.predicate, r.object) for r in extraction.relations}


def pairs_in(
    text: str, *named: tuple[str, EntityType], introduced: str = ""
) -> set[frozenset[str]]:
    entities = [
        replace(e, role="introduces") if e.name == introduced else e
        for e in entities_in(text, *named)
    ]
    pairs = find_pairs(lay_out(blank()(text), entities))
    return {
        frozenset((entities[a].name, entities[b].name))
        for a, b in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    }


def test_stated_relations_are_found_with_their_direction() -> None:
    extraction = read(write_text(45), entities_of(45))
    found = {(r.subject, r.predicate, r.object) for r in extraction.relations}
    names = [e.name for e in entities_of(45)]
    assert {(names[2], "uses", "transformers"), (names[2], "outperforms", names[4])} <= found
    assert (names[4], "outperforms", names[2]) not in found


def test_all_members_of_an_enumeration_share_the_relation() -> None:
    text = "We propose Iotanet. Iotanet outperforms Betanet, Sigmanet and Kapnet on Wikinews."
    others = ("Betanet", "Sigmanet", "Kapnet")
    found = triples(text, ("Iotanet", "Model"), *((name, "Model") for name in others),
                    ("Wikinews", "Dataset"))  # fmt: skip
    assert {("Iotanet", "outperforms", name) for name in others} <= found


@pytest.mark.parametrize("number", range(40, 44))
def test_every_relation_keeps_to_the_types_of_its_predicate(number: int) -> None:
    nlp = trained()
    entities = entities_of(number)
    kinds = {e.id: e.type for e in entities}
    component = nlp.get_pipe("kg_relations")
    assert isinstance(component, RelationClassifier)
    doc = nlp.get_pipe("kg_sentences")(nlp.make_doc(write_text(number)))
    found = find_relations(doc, entities, component.classifiers["relations"], 0.0)
    assert found
    for relation in found:
        assert (kinds[relation.subject], kinds[relation.object]) in SIGNATURES[relation.predicate]


def test_there_is_a_signature_for_each_predicate() -> None:
    assert set(SIGNATURES) == set(RELATION_PREDICATES)


def test_a_pair_is_related_once() -> None:
    extraction = read(write_text(45), entities_of(45))
    pairs = [frozenset((r.subject, r.object)) for r in extraction.relations]
    assert len(pairs) == len(set(pairs))


def test_only_neighbours_are_candidates() -> None:
    text = "CLIP is big. Well. It is good. BERT is small. GPT is fine."
    named: list[tuple[str, EntityType]] = [("CLIP", "Model"), ("BERT", "Model"), ("GPT", "Model")]
    assert pairs_in(text, *named) == {frozenset(("BERT", "GPT"))}


def test_what_the_paper_introduces_is_a_candidate_farther_off() -> None:
    text = "CLIP is big. Well. It is good. BERT is small. GPT is fine."
    named: list[tuple[str, EntityType]] = [("CLIP", "Model"), ("BERT", "Model"), ("GPT", "Model")]
    found = pairs_in(text, *named, introduced="CLIP")
    assert frozenset(("CLIP", "GPT")) in found


def test_types_that_no_predicate_joins_are_no_candidates() -> None:
    text = "OpenAI works on parsing."
    assert not pairs_in(text, ("OpenAI", "Organization"), ("parsing", "Task"))


def test_the_number_of_candidates_grows_with_the_text_and_not_faster() -> None:
    def count(times: int) -> int:
        text = "CLIP and BERT are here. " * times
        entities = [
            ExtractedEntity(f"e{at}", "Model", "?", (Mention(at, at + 4, "?"),), "introduces")
            for at in (step for n in range(times) for step in (24 * n, 24 * n + 9))
        ]
        return len(find_pairs(lay_out(blank()(text), entities)).first)

    assert count(200) - count(100) == count(300) - count(200)


def test_the_evidence_is_a_sentence_that_names_an_end() -> None:
    extraction = read(write_text(45), entities_of(45))
    mentions = {e.id: e.mentions for e in extraction.entities}
    assert extraction.relations
    for relation in extraction.relations:
        span = relation.evidence
        assert span in extraction.sentences
        assert span is not None
        ends = [*mentions[relation.subject], *mentions[relation.object]]
        assert any(span.start <= m.start < span.end for m in ends)


def test_confidences_reach_the_threshold_and_have_three_places() -> None:
    component = trained().get_pipe("kg_relations")
    assert isinstance(component, RelationClassifier)
    for relation in read(write_text(45), entities_of(45)).relations:
        assert component.settings["threshold"] - 0.001 <= relation.confidence <= 1
        assert relation.confidence == round(relation.confidence, 3)


def test_untrained_nothing_is_stated() -> None:
    doc = blank()(write_text(45))
    set_entities(doc, entities_of(45))
    assert relations(RelationClassifier()(doc)) == ()


def test_the_order_of_the_entities_does_not_matter() -> None:
    text = write_text(45)
    one = read(text, entities_of(45)).relations
    other = read(text, entities_of(45)[::-1]).relations
    assert {(r.subject, r.predicate, r.object) for r in one} == {
        (r.subject, r.predicate, r.object) for r in other
    }
    assert np.allclose(
        sorted(r.confidence for r in one), sorted(r.confidence for r in other), atol=0.2
    )

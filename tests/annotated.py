"""Generates annotated abstracts, and predictions of them, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from kg.evaluation import Pair
from kg.records import (
    ENTITY_TYPES,
    RELATION_PREDICATES,
    ROLES,
    ExtractedEntity,
    Extraction,
    Mention,
    Relation,
    Result,
    Span,
)

TEXT = "We probe CLIP on ImageNet. It reaches 76.2% accuracy, 3 points over ALIGN <b>here</b>."
_BORDERS = [0, 3, 9, 13, 17, 25, 27, 30, 38, 43, 52, 54, 67, 73, len(TEXT)]
_VALUES = ("76.2%", "3", "3x")
_CONFIDENCES = st.floats(0, 1).map(lambda x: round(x, 3))


@st.composite
def extractions(draw: st.DrawFn, key: str = "x") -> Extraction:
    """An extraction from `TEXT`: its mentions may lie inside each other, and be of two entities."""
    entities = []
    for number in range(draw(st.integers(0, 5))):
        spans = draw(st.sets(st.tuples(*[st.sampled_from(_BORDERS)] * 2), min_size=1, max_size=3))
        mentions = tuple(
            Mention(start, end, TEXT[start:end])
            for start, end in sorted({(min(s), max(s)) for s in spans if s[0] != s[1]} or {(0, 3)})
        )
        entities.append(
            ExtractedEntity(
                f"e{number}",
                draw(st.sampled_from(ENTITY_TYPES[:3])),
                mentions[0].form,
                mentions,
                draw(st.sampled_from(ROLES)),
                draw(_CONFIDENCES),
                draw(_CONFIDENCES),
            )
        )
    ids = [entity.id for entity in entities]
    relations, results = [], []
    if ids:
        end = st.sampled_from(ids)
        triples = st.tuples(end, st.sampled_from(RELATION_PREDICATES[:3]), end, _CONFIDENCES)
        relations = [Relation(*triple) for triple in draw(st.lists(triples, max_size=5))]
        maybe = st.none() | end
        facts = st.tuples(end, st.sampled_from(_VALUES), maybe, maybe)
        results = [
            Result(*fact, confidence=draw(_CONFIDENCES))
            for fact in draw(st.lists(facts, max_size=4))
        ]
    sentences = draw(st.sampled_from([(), (Span(0, 26), Span(27, len(TEXT)))]))
    return Extraction(key, TEXT, sentences, tuple(entities), tuple(relations), tuple(results))


@st.composite
def pairs(draw: st.DrawFn, key: str = "x") -> Pair:
    """An annotated abstract and a prediction that shares some entities with it."""
    gold, predicted = draw(extractions(key)), draw(extractions(key))
    return Pair(gold, draw(st.sampled_from([predicted, predicted, gold])))

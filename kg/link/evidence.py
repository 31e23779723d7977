"""Where in the text a statement stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import product

from kg.records import ExtractedEntity, Extraction, Mention, Span


def find_sentence(sentences: Sequence[Span], position: int) -> Span | None:
    """The sentence around a position; `sentences` are in order and do not overlap."""
    index = bisect_right(sentences, position, key=lambda span: span.start) - 1
    if index >= 0 and position < sentences[index].end:
        return sentences[index]
    return None


def find_role_confidence(entity: ExtractedEntity) -> float:
    """How sure it is that the abstract names the entity and that it plays this role there."""
    return round(entity.confidence * entity.role_confidence, 3)


def find_role_mention(entity: ExtractedEntity) -> Mention:
    """The mention in the sentence that states the role, or else the first."""
    sentence = entity.role_evidence
    inside = (m for m in entity.mentions if sentence and _lies_in(m, sentence))
    return next(inside, entity.mentions[0])


def find_relation_span(
    subject: ExtractedEntity, object: ExtractedEntity, sentence: Span | None
) -> Span:
    """The shortest stretch that names both ends.

    Where a sentence is the evidence, the stretch lies in it: if it names one end only, that
    mention; if none, all of it.
    """
    if sentence is None:
        return _join_nearest(subject.mentions, object.mentions)
    subjects = [m for m in subject.mentions if _lies_in(m, sentence)]
    objects = [m for m in object.mentions if _lies_in(m, sentence)]
    if subjects and objects:
        return _join_nearest(subjects, objects)
    inside = subjects or objects
    return Span(inside[0].start, inside[0].end) if inside else sentence


def find_value_span(extraction: Extraction, value: str, sentence: Span | None) -> Span | None:
    """Where a result's value stands, in its sentence if there."""
    start = -1 if sentence is None else extraction.text.find(value, sentence.start, sentence.end)
    if start < 0:
        start = extraction.text.find(value)
    return None if start < 0 else Span(start, start + len(value))


def _lies_in(mention: Mention, sentence: Span) -> bool:
    return sentence.start <= mention.start and mention.end <= sentence.end


def _join_nearest(some: Iterable[Mention], others: Iterable[Mention]) -> Span:
    spans = (Span(min(a.start, b.start), max(a.end, b.end)) for a, b in product(some, others))
    return min(spans, key=lambda span: (span.end - span.start, span.start))

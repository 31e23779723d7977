"""Which predicted entity is which annotated one, and which mentions overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.records import EntityType, ExtractedEntity

TypedSpan = tuple[int, int, EntityType]


def list_spans(entities: Iterable[ExtractedEntity]) -> set[TypedSpan]:
    """The places of all mentions, each with the type of its entity."""
    return {(m.start, m.end, entity.type) for entity in entities for m in entity.mentions}


def match_entities(
    gold: Sequence[ExtractedEntity], predicted: Sequence[ExtractedEntity], *, typed: bool
) -> dict[str, str]:
    """Match entities that share a mention with exact boundaries, one to one.

    Pairs that share more mentions go first, then those whose ids come first.

    Args:
        gold: Annotated entities of an abstract.
        predicted: Extracted ones.
        typed: Whether two that match must have the same type.

    Returns:
        From the id of each predicted entity that has a match to the id of its gold one.
    """
    places = [(g, {(m.start, m.end) for m in g.mentions}) for g in gold]
    pairs = []
    for p in predicted:
        own = {(m.start, m.end) for m in p.mentions}
        for g, spans in places:
            shared = len(spans & own)
            if shared and (g.type == p.type or not typed):
                pairs.append((-shared, g.id, p.id))
    taken: set[str] = set()
    matched: dict[str, str] = {}
    for _, gold_id, predicted_id in sorted(pairs):
        if gold_id not in taken and predicted_id not in matched:
            taken.add(gold_id)
            matched[predicted_id] = gold_id
    return matched


def count_overlaps(gold: Iterable[TypedSpan], predicted: Iterable[TypedSpan]) -> int:
    """How many predicted mentions overlap an annotated one of their type, one to one.

    Both are taken in the order of the text, and each predicted one has the first that is free.
    """
    count, free = 0, sorted(gold)
    for start, end, type_ in sorted(predicted):
        for span in free:
            if span[2] == type_ and span[0] < end and start < span[1]:
                count += 1
                free.remove(span)
                break
    return count

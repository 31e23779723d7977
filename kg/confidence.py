"""Leaving out what an extraction is not sure enough of."""

from __future__ import annotations

from dataclasses import replace

from kg.errors import FilterError
from kg.records import Extraction


def check_min_confidence(min_confidence: float) -> None:
    """Raise an error unless `min_confidence` is one.

    Raises:
        FilterError: It is no number from 0 to 1.
    """
    if not 0 <= min_confidence <= 1:
        raise FilterError(f"{min_confidence} is no confidence; give a number from 0 to 1")


def drop_uncertain(extraction: Extraction, min_confidence: float) -> Extraction:
    """The extraction without entities, relations and results below a confidence.

    With an entity go its relations and the results that are its own; a result on or measured
    by it stays, without that end. Roles stay as they are: `kg.link` states those that are sure.

    Args:
        extraction: What was read from an abstract.
        min_confidence: From 0, which leaves out nothing, to 1.
    """
    if min_confidence <= 0:
        return extraction
    entities = tuple(e for e in extraction.entities if e.confidence >= min_confidence)
    ids = {entity.id for entity in entities}
    return replace(
        extraction,
        entities=entities,
        relations=tuple(
            relation
            for relation in extraction.relations
            if relation.confidence >= min_confidence
            and relation.subject in ids
            and relation.object in ids
        ),
        results=tuple(
            replace(
                result,
                on=result.on if result.on in ids else None,
                metric=result.metric if result.metric in ids else None,
            )
            for result in extraction.results
            if result.confidence >= min_confidence and result.of in ids
        ),
    )

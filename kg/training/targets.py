"""What the classifiers of roles, relations and results are to learn from annotated abstracts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.extract.classifier import Floats
from kg.extract.relation_features import Pairs
from kg.extract.relations import CLASSES
from kg.extract.result_features import Values
from kg.extract.results import METRIC, OF, ON
from kg.records import RELATION_PREDICATES, ExtractedEntity, Extraction

_PREDICATES = {predicate: number for number, predicate in enumerate(RELATION_PREDICATES)}
_NONE = CLASSES - 1


@dataclass(frozen=True, slots=True)
class Example:
    """Entities that were found in an abstract, with what the annotation says of them.

    Attributes:
        entities: Annotated ones, or those that a recogniser found.
        gold: The annotated abstract.
        places: From the id of an annotated entity to the place in `entities` of the entity
            that is the same.
    """

    entities: tuple[ExtractedEntity, ...]
    gold: Extraction
    places: dict[str, int]


def make_example(gold: Extraction, entities: tuple[ExtractedEntity, ...] | None = None) -> Example:
    """The example that an annotated abstract is.

    Args:
        gold: It.
        entities: Those that a recogniser found in it, which are the same as annotated ones
            where they share mentions, most shared first; the annotated ones where absent.
    """
    if entities is None:
        return Example(gold.entities, gold, {e.id: n for n, e in enumerate(gold.entities)})
    shared = sorted(
        (-len(here & there), number, place)
        for number, here in enumerate(map(_spans, gold.entities))
        for place, there in enumerate(map(_spans, entities))
        if here & there
    )
    places: dict[str, int] = {}
    taken: set[int] = set()
    for _, number, place in shared:
        id = gold.entities[number].id
        if id not in places and place not in taken:
            places[id] = place
            taken.add(place)
    return Example(entities, gold, places)


def relation_targets(example: Example, pairs: Pairs) -> Floats:
    """Pairs x classes of `kg.extract.relations`: how the annotated relations divide each pair."""
    rows = {
        ends: number
        for number, ends in enumerate(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))
    }
    out = np.zeros((len(pairs.first), CLASSES), np.float32)
    for relation in example.gold.relations:
        subject, object_ = example.places.get(relation.subject), example.places.get(relation.object)
        if subject is None or object_ is None:
            continue
        column = _PREDICATES[relation.predicate]
        row = rows.get((subject, object_))
        if row is None:
            row = rows.get((object_, subject))
            column += len(RELATION_PREDICATES)
        if row is not None and pairs.allowed[row, column]:
            out[row, column] = 1
    out[:, _NONE] = out[:, :_NONE].max(axis=1, initial=0) == 0
    shares: Floats = out / out.sum(axis=1, keepdims=True)
    return shares


def result_targets(example: Example, values: Values) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which values are results, and what the entities are to them.

    Returns:
        For each value 1 where it is a result, else 0; and values x entities, the classes of
        `kg.extract.results`. A form that stands more often in the text than in the annotation
        is a result at its first places.
    """
    chosen = np.zeros(len(values.quantities), np.int64)
    links = np.zeros((len(chosen), len(example.entities)), np.int64)
    for result in example.gold.results:
        free = [
            number
            for number, quantity in enumerate(values.quantities)
            if quantity.form == result.value and not chosen[number]
        ]
        if not free:
            continue
        chosen[free[0]] = 1
        for id, link in ((result.metric, METRIC), (result.on, ON), (result.of, OF)):
            place = None if id is None else example.places.get(id)
            if place is not None:
                links[free[0], place] = link
    return chosen, links


def _spans(entity: ExtractedEntity) -> set[tuple[int, int]]:
    return {(mention.start, mention.end) for mention in entity.mentions}

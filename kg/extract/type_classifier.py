"""`kg_types`: the type of each entity, from all its forms and mentions.

The recogniser decides mention by mention, with a few words around each. This component reads
the entity as a whole and has the last word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extract.annotations import entities, set_entities
from kg.extract.classifier import Classifier, softmax
from kg.extract.storage import Trained
from kg.extract.type_features import type_features
from kg.records import ENTITY_TYPES, ExtractedEntity

WEIGHTS = "types"
RECOGNISER_SAYS = "recogniser_says"

_NUMBERS = {kind: number for number, kind in enumerate(ENTITY_TYPES)}


@Language.factory(
    "kg_types",
    requires=["doc._.kg_entities"],
    assigns=["doc._.kg_entities", "doc.ents"],
)
def create_type_classifier(nlp: Language, name: str) -> TypeClassifier:  # noqa: ARG001
    """The component, untrained, which leaves types as they are."""
    return TypeClassifier()


class TypeClassifier(Trained):
    """Gives each entity in `doc._.kg_entities`, and its mentions in `doc.ents`, a type.

    The setting `recogniser_says` is how many nats the type that an entity comes with is ahead.
    """

    def __init__(self) -> None:
        super().__init__({WEIGHTS: Classifier.untrained(len(ENTITY_TYPES))}, {RECOGNISER_SAYS: 1.0})

    def __call__(self, doc: Doc) -> Doc:
        """Give the entities of `doc` their types."""
        found = entities(doc)
        if not found:
            return doc
        typed = classify_types(
            doc, found, self.classifiers[WEIGHTS], self.settings[RECOGNISER_SAYS]
        )
        set_entities(doc, typed)
        kinds = {(m.start, m.end): entity.type for entity in typed for m in entity.mentions}
        doc.set_ents(
            [
                Span(doc, e.start, e.end, kinds.get((e.start_char, e.end_char), e.label_))
                for e in doc.ents
            ]
        )
        return doc


def classify_types(
    doc: Doc, found: Sequence[ExtractedEntity], classifier: Classifier, recogniser_says: float
) -> list[ExtractedEntity]:
    """The entities with the likeliest type of each, and a confidence that counts it.

    Args:
        doc: The text.
        found: What was found in it, at least one entity.
        classifier: For `type_features`, with a class for each of `ENTITY_TYPES`.
        recogniser_says: How many nats the type that an entity comes with is ahead.
    """
    scores = classifier.score(type_features(doc, found))
    given = np.array([_NUMBERS[entity.type] for entity in found])
    scores[np.arange(len(found)), given] += np.float32(recogniser_says)
    probabilities = softmax(scores)
    return [
        replace(
            entity,
            type=ENTITY_TYPES[kind],
            confidence=round(entity.confidence * float(probability[kind]), 3),
        )
        for entity, kind, probability in zip(
            found, probabilities.argmax(axis=1).tolist(), probabilities, strict=True
        )
    ]

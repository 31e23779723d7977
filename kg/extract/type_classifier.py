"""`kg_types`: the type of each entity, from all its forms and mentions.

The recogniser judges mention by mention, with a few words around each. This component reads the
entity as a whole, weighs what the recogniser says of its mentions, and has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.extract.annotations import entities, set_entities, type_probabilities
from kg.extract.classifier import Classifier, Floats, softmax
from kg.extract.storage import Trained
from kg.extract.type_features import type_features
from kg.records import ENTITY_TYPES, ExtractedEntity

WEIGHTS = "types"
SCALE = "scale"
RECOGNISER_SAYS = "recogniser_says"
PRIORS = tuple(f"prior_{kind}" for kind in ENTITY_TYPES)
BIAS = "bias"
RECOGNISER_WEIGHT = "recogniser_weight"
TYPE_WEIGHT = "type_weight"
LEAST_CONFIDENCE = "least_confidence"

_NUMBERS = {kind: number for number, kind in enumerate(ENTITY_TYPES)}
_UNTRAINED = {
    SCALE: 1.0,
    RECOGNISER_SAYS: 1.0,
    **dict.fromkeys(PRIORS, 0.0),
    BIAS: 0.0,
    RECOGNISER_WEIGHT: 1.0,
    TYPE_WEIGHT: 0.0,
    LEAST_CONFIDENCE: 0.0,
}
_EDGE = 0.001
_LEAST = 0.005


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

    The settings say how much the classifier's scores and the recogniser's probabilities of the
    types count, and what is to be added for each type; how the
    confidence that it comes with and the probability of its type make up its confidence, as
    weights of their log odds and a bias; and below which confidence it is dropped.
    """

    def __init__(self) -> None:
        super().__init__({WEIGHTS: Classifier.untrained(len(ENTITY_TYPES))}, _UNTRAINED)

    def __call__(self, doc: Doc) -> Doc:
        """Give the entities of `doc` their types."""
        found = entities(doc)
        if not found:
            return doc
        scores = score_types(doc, found, self.classifiers[WEIGHTS])
        typed = give_types(found, scores, recall_types(doc, found), self.settings)
        set_entities(doc, typed)
        kinds = {(m.start, m.end): entity.type for entity in typed for m in entity.mentions}
        doc.set_ents(
            [
                Span(doc, e.start, e.end, kinds[e.start_char, e.end_char])
                for e in doc.ents
                if (e.start_char, e.end_char) in kinds
            ]
        )
        return doc


def score_types(doc: Doc, found: Sequence[ExtractedEntity], classifier: Classifier) -> Floats:
    """The logits of the types of entities, by how they are written and what is around them.

    Args:
        doc: The text.
        found: What was found in it.
        classifier: For `type_features`, with a class for each of `ENTITY_TYPES`.
    """
    return classifier.score(type_features(doc, found))


def recall_types(doc: Doc, found: Sequence[ExtractedEntity]) -> Floats:
    """What the recogniser says of the types of entities, as logarithms of probabilities.

    Args:
        doc: The text.
        found: What was found in it. Where the recogniser says nothing, the type that the entity
            comes with is all but sure.
    """
    given = {
        (doc[start].idx, doc[end - 1].idx + len(doc[end - 1])): likely
        for (start, end), likely in type_probabilities(doc).items()
    }
    out = np.zeros((len(found), len(ENTITY_TYPES)))
    for row, entity in enumerate(found):
        known = [given[m.start, m.end] for m in entity.mentions if (m.start, m.end) in given]
        if known:
            out[row] = np.mean(known, axis=0)
        else:
            out[row, _NUMBERS[entity.type]] = 1
    logarithms: Floats = np.log(np.maximum(out, _LEAST)).astype(np.float32)
    return logarithms


def give_types(
    found: Sequence[ExtractedEntity],
    scores: Floats,
    recalled: Floats,
    settings: Mapping[str, float],
) -> list[ExtractedEntity]:
    """The entities with the likeliest type of each, and a confidence that counts it.

    Args:
        found: Entities of one text.
        scores: Entities x types, of `score_types`.
        recalled: Entities x types, of `recall_types`.
        settings: Those of `TypeClassifier`.
    """
    probabilities = weigh_types(scores, recalled, settings)
    kinds = probabilities.argmax(axis=1)
    odds = (
        settings[BIAS]
        + settings[RECOGNISER_WEIGHT] * log_odds(np.array([e.confidence for e in found]))
        + settings[TYPE_WEIGHT] * log_odds(probabilities.max(axis=1))
    )
    confidences = np.round(1 / (1 + np.exp(-odds)), 3)
    kept = np.flatnonzero(confidences >= settings[LEAST_CONFIDENCE]).tolist()
    return [
        replace(
            found[place],
            id=f"e{number}",
            type=ENTITY_TYPES[kinds[place]],
            confidence=float(confidences[place]),
        )
        for number, place in enumerate(kept, 1)
    ]


def weigh_types(scores: Floats, recalled: Floats, settings: Mapping[str, float]) -> Floats:
    """Entities x types: the probabilities of the types, from both accounts of them.

    Args:
        scores: Of `score_types`.
        recalled: Of `recall_types`.
        settings: Those of `TypeClassifier`.
    """
    priors = np.array([settings[prior] for prior in PRIORS])
    weighed = settings[SCALE] * scores + settings[RECOGNISER_SAYS] * recalled + priors
    return softmax(weighed.astype(np.float32))


def log_odds(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """`log(p / (1 - p))`, of probabilities kept a little off 0 and 1."""
    kept = np.clip(probabilities.astype(np.float64), _EDGE, 1 - _EDGE)
    odds: NDArray[np.float64] = np.log(kept / (1 - kept))
    return odds

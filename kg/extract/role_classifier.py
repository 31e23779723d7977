"""`kg_roles`: the part that each entity plays in its abstract, as trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.annotations import entities, set_entities
from kg.extract.classifier import Classifier, softmax
from kg.extract.layout import lay_out, sentence_span
from kg.extract.role_features import role_features
from kg.extract.storage import Trained
from kg.records import ROLES, ExtractedEntity

WEIGHTS = "roles"


@Language.factory("kg_roles", requires=["doc._.kg_entities"], assigns=["doc._.kg_entities"])
def create_role_classifier(nlp: Language, name: str) -> RoleClassifier:  # noqa: ARG001
    """The component, untrained: `kg.training.classifiers` trains it."""
    return RoleClassifier()


class RoleClassifier(Trained):
    """Gives each entity in `doc._.kg_entities` its role, with the sentence that shows it."""

    def __init__(self) -> None:
        super().__init__({WEIGHTS: Classifier.untrained(len(ROLES))}, {})

    def __call__(self, doc: Doc) -> Doc:
        """Give the entities of `doc` their roles."""
        found = entities(doc)
        if found:
            set_entities(doc, classify_roles(doc, found, self.classifiers[WEIGHTS]))
        return doc


def classify_roles(
    doc: Doc, found: Sequence[ExtractedEntity], classifier: Classifier
) -> list[ExtractedEntity]:
    """The entities with the likeliest role of each.

    The evidence is the sentence of the mention that by itself speaks most for the role.

    Args:
        doc: A text with sentences.
        found: What was found in it, at least one entity.
        classifier: For `role_features`, with a class for each of `ROLES`.
    """
    layout = lay_out(doc, found)
    embedded = classifier.embed(role_features(layout, found))
    mentions = len(layout.start)
    surroundings, whole = embedded[:mentions], embedded[mentions:]
    together = whole.copy()
    np.add.at(together, layout.entity, surroundings)
    probabilities = softmax(classifier.decide(together))
    roles = probabilities.argmax(axis=1)
    alone = classifier.decide(whole[layout.entity] + surroundings)
    support = alone[np.arange(mentions), roles[layout.entity]]
    # The first mention of each entity in this order is the one with the most support.
    order = np.lexsort((np.arange(mentions), -support, layout.entity))
    _, chosen = np.unique(layout.entity[order], return_index=True)
    sentences = layout.sentence[order[chosen]]
    return [
        replace(
            entity,
            role=ROLES[role],
            role_confidence=round(float(probability[role]), 3),
            role_evidence=sentence_span(layout, sentence),
        )
        for entity, role, probability, sentence in zip(
            found, roles.tolist(), probabilities, sentences.tolist(), strict=True
        )
    ]
